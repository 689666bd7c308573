# 机器人说的每一句话。 Every word the bot says; en.ftl has the same keys with the same variables (a test holds both to it).
#
# 改哪句就改哪句：在自己的配置目录里放一个 messages/zh-CN.ftl，只写要改的那几条，其余照旧。
#
# Keys: kebab-case, `subject` or `subject-what`: the action or situation first (`recorded-…`, `missing-…`), grouped below.
#   A key never names a duty: the duty's name comes as $duty, and what differs between duties is chosen by $measure
#   (done, money, count, minutes, attendance). `…-group` is what everybody reads (law 12: no amounts, no arrears by
#   name, no kind of leave), `…-private` what the person or the secretary reads alone.
# Variables: snake_case. $name one person, $names a list already joined by `Messages::list`, $duty 团费, $period one or more
#   periods already in words (`Messages::periods`), $amount yuan as text (0.2), $count and other numbers as numbers,
#   $who those who may do it, $until and $at local times as text (none where a message allows that there is none),
#   $claim claim or done: whether it waits to be confirmed.
# Tone: short, warm, plain; no scolding, no exclamation marks in rows; one to three lines.

## 帮助与问候 greeting, help

hello = 在呢。报团费、大学习、签到，直接说就行；想看怎么用，回“帮助”。
help-tell = 做完了{ $chat ->
    [private] 跟我说
   *[group] 在群里说
    }就行：{ $examples }
help-ask = { $chat ->
    [private] 想查就问
   *[group] 先@我再问
    }：{ $examples }
help-manage = 管支部：{ $examples }
help-between = {" · "}
help-report = { $measure ->
    [money] 交了{ $duty }
   *[other] { $duty }完成了
    }
help-check-in = 签到
help-leave = { $duty }请假
help-chain = #接龙 整份发
help-missing = 谁没{ $measure ->
    [money] 交
    [attendance] 到
   *[other] 完成
    }{ $duty }
help-stats = { $duty }统计
help-own = 我的记录
help-undo = 撤销
help-bind = 绑定 姓名
help-unbound = 谁没绑定
help-bind-code = 绑定码 姓名
help-unbind = 解绑 姓名
help-appoint = 任命张三为组织委员
help-approve = 全部确认
help-open = 开始签到 / 结束签到
help-setup = 绑定本群 · 私聊发我名册文件就能导入
help-checkup = 名册体检（私聊我）
help-settings = 合并回复 / 逐条回复 / 表情回复 · 提醒点名 / 提醒不点名 / 提醒只发本群 / 本群不发提醒 / 每个群都提醒
unclear = 没太听明白。要报进度直接说“大学习看完了”，要查就说“谁没交团费”；回“帮助”看更多。
# 金额、时间没能整个看懂：什么都没记
sum-unread = { $fault ->
    [zero] 金额是 0，没有可记的，先没记。实际是多少元？
    [minus] 金额是负数，先没记。实际是多少元？记错了要改，说“撤销”或“更正”。
    [fraction] 金额最多到分（小数点后两位），先没记。实际是多少元？
    [huge] 金额太大了，先没记。核对一下，实际是多少元？
    [each] 是几月到几月、一共多少元？说清这两样就能记，现在先没记。
   *[other] 金额没看懂，先没记。只写一个数就好，比如 0.2元。
    }
time-unread = “{ $said }”是哪一段时间，我没看懂。换成几月、第几期，或者“上周”“上个月”，再说一次？
unclear-duty = { $duty }怎么了？报进度可以说“{ $measure ->
    [money] 交了{ $duty }
    [attendance] 签到
   *[other] { $duty }完成了
    }”，要查就说“谁没{ $measure ->
    [money] 交
    [attendance] 到
   *[other] 完成
    }{ $duty }”。
unclear-command = 这句没全看懂，先什么都没动。{ $what ->
    [approve] 收到了就说“确认张三的团费”或“全部确认”，没收到就说“没收到张三的团费”。
    [reject] 没收到就说“没收到张三的团费”，收到了就说“确认张三的团费”，一句说一种。
    [refund] 要退就说“退还张三10月团费”，一句说一笔。
    [hand-up] 交上去了就说“上缴上级团费0.8元”，一句说一笔。
    [returned] 返回来了就说“上级返还团费0.4元”，一句说一笔。
    [carried] 期初的钱就说“期初余额12.5元”。
    [exempt] 定下来要免就说“张三免交到12月”。
    [reduce] 定下来要减就说“张三减半到12月”或“张三减为0.1元到12月”。
    [band] 换档就说“张三从12月起月缴5元”，一句说一次。
    [open-from] 往前收就说“补收从2026年3月起”。
    [opening] 以前交清的就说“9月前都交清了”。
    [moved] 已经转走了就说“张三转走了”。
    [relief] 批减免就说“同意张三的减免”或“驳回张三的减免”。
   *[undo] 要撤回刚记的就说“撤销”；档次和期初余额重新说一遍对的就会改过来。
    }
not-ours = { $what }不归我记，我只管这里设好的事项；回“帮助”看我能做什么。
thanks = 不客气。

## 记下了 recorded

recorded-done = 记好啦：{ $name }，{ $period }{ $duty }已完成。
recorded-done-names = 记好啦：{ $names }，{ $period }{ $duty }已完成。
recorded-count = 记好啦：{ $name }，{ $period }{ $duty } +{ $value }，累计 { $total }（目标 { $target }）。
recorded-minutes = 记好啦：{ $name }，{ $period }{ $duty } +{ $value } 分钟，累计 { $total } 分钟。
recorded-paid-group = 收到：{ $name }{ $period }{ $duty }{ $claim ->
    [claim] 记上了，等确认
   *[done] 记好了
    }。
recorded-paid-private = 收到：{ $name }{ $period }{ $duty }共 { $amount } 元{ $extra ->
    [none] {""}
   *[other] ，另有自愿多交 { $extra } 元
    }，{ $claim ->
    [claim] 记上了，等{ $who }确认
   *[done] 已经入账
    }。
recorded-many-months = 一次记了 { $count } 个月，比平常多；要是不对，回“撤销”。
corrected = 改好了：{ $was } → { $now }。
corrected-what = { $name }{ $period }{ $duty }{ $amount ->
    [none] {""}
   *[other] { " " }{ $amount }
    }
corrected-same = 改好了：{ $now }。
correct-reason = 原因也记下了。
own-reason = { $period }{ $duty }更正过：{ $reason }
correct-yuan = { $amount } 元
correct-how = 要改成什么？比如“更正：10月”“更正：0.4元”“更正：张三的”。
correct-nothing = 没有找到可以更正的记录。
correct-too-old = 那条记了超过 { $days } 天，要改请{ $who }来。
correct-apart = 那条消息记了不止一项，说清是哪一项再改，比如“更正：团费是0.4元”；也可以“撤销”后重新报。
correct-session = 签到和请假改不了，说“撤销”后再说一次就好。
correct-unfit = 改后的数和应交的对不上，先没改。说清月份再试，比如“更正：10月团费是0.4元”。
correct-already = { $what }本来就记过了，没有改。

## 签到与请假 attendance, leave

checked-in = 签到成功：{ $name }，{ $duty }。
checked-in-late = 签到成功：{ $name }，{ $duty }（迟到）。
checked-in-left-early = 记下了：{ $name }，{ $duty }（早退）。
checked-in-names = 签到成功：{ $names }，{ $duty }（代签）。
checked-in-late-names = 签到成功：{ $names }，{ $duty }（代签，迟到）。
checked-in-left-early-names = 记下了：{ $names }，{ $duty }（早退）。
checked-in-beside = 不在应到之列，算列席。
checked-in-over = 记在 { $day } { $at } 那场（已经结束）上，名单改好了。
leave-recorded-group = 好的，{ $name }{ $period }{ $duty }请假，记下了。
leave-recorded-private = 好的，{ $name }{ $period }{ $duty }请{ $kind ->
    [sick] 病假
   *[personal] 事假
    }，记下了。

## 早就有了 already there

already-done = { $name }，{ $period }{ $duty }之前就记过啦，不用再报。
already-paid = { $name }，{ $period }{ $duty }已经记过了，没有重复记。
already-checked-in = { $name }已经签过到了。
already-leave = { $name }{ $period }{ $duty }的假已经记过了。

## 名册体检：按团的规定看名册 rules of the league

# $names who (or the branch), $count how many (0: said of the row itself), $figure the rule's figure
rule-under-age = 入团时未满 { $figure } 周岁{ $count ->
    [0] {""}
   *[other] ：{ $names }，共 { $count } 人
    }（依据团章：年满 { $figure } 周岁才能入团）
rule-over-age = 已满 { $figure } 周岁、没有团内职务{ $count ->
    [0] {""}
   *[other] ：{ $names }，共 { $count } 人
    }（依据团章：应办离团手续）
rule-no-number = 没有团员编号{ $count ->
    [0] {""}
   *[other] ：{ $names }，共 { $count } 人
    }（依据发展团员工作规定：{ $figure } 年起入团要有编号）
rule-number-year = 编号年份和入团年份对不上{ $count ->
    [0] {""}
   *[other] ：{ $names }，共 { $count } 人
    }（依据编号规则：{ $figure } 年起前四位是入团年份）
rule-too-few = { $names }现有 { $count } 人，不足 { $figure } 人（依据团章：有 { $figure } 名团员才能成立团支部）
rule-too-many = { $names }现有 { $count } 人，超过 { $figure } 人（依据团支部工作条例：一般不超过 { $figure } 人）
roster-row-blocked = 没有加进来：{ $rules }。核对后再导入
checkup-well = 看了 { $count } 个团支部的名册，没有发现问题。
checkup-head = 看了 { $looked } 个团支部的名册，{ $count } 个有要核对的：
checkup-branch = 【{ $branch }】
checkup-more = 还有 { $count } 个团支部没有列出来，管理员可以用命令 zhibu check --roster 看全部。
checkup-only-warns = 这些只是提醒，名册没有改动。

## 截图 screenshots

screenshot-beside = 截图也收到了，只记指纹，图不留。
screenshot-unseen = 截图我没能看到（{ $why ->
    [large] 图太大了
    [kind] 只认 PNG、JPG、WebP、GIF
    [unclear] 看不清
   *[gone] 没取下来
    }），先按你说的记上了，不用重发。
screenshot-unseen-alone = 这张截图我没能看到（{ $why ->
    [large] 图太大了
    [kind] 只认 PNG、JPG、WebP、GIF
    [unclear] 看不清
   *[gone] 没取下来
    }）。做完了直接跟我说“{ $duty }完成了”就行。
screenshot-ask = 这是{ $period }{ $duty }的完成截图吗？回“是”我就记上；是别的期，跟我说是哪期做完了。
screenshot-kept = 截图收到，{ $period }{ $duty }记好啦；只记指纹，图不留。
screenshot-known = { $period }{ $duty }之前就记过啦，截图不用再发。
screenshot-not-needed = { $duty }不用发截图，跟我说一声就行。
# $day and $before: when the two were sent; whose own: both are of the same person
screenshot-alike = 请您留意一下：{ $name }（{ $day }）发的{ $period }{ $duty }截图，和{ $whose ->
    [own] {" "}TA 自己
   *[other] { $other }
    }（{ $before }）发的{ $of }那张很像。
screenshot-alike-counts = 可能是完成页本来就一样，也可能发错了图。记录照常算，要不要问一声由您定。
screenshot-same-page = { $period }{ $duty }好几位的截图都很像，多半是完成页本来就一样，这一期我就不再一一提了。

## 问一句 questions of the bot's

ask-amount-fits = { $amount }元：是{ $named }一期，还是{ $fits }？回“1”记{ $named }，回“2”记{ $fits }。
ask-amount-fits-group = 这个数是{ $named }一期的，还是{ $fits }的？回“1”记{ $named }，回“2”记{ $fits }。
ask-amount-again = 是哪一种？回“1”记{ $named }，回“2”记{ $fits }；都不是就回“不是”。
ask-months-again = 是哪几个月的？直接说“9月和10月”就行；不记就回“不是”。
ask-amount-fits-oldest = { $amount }元刚好是{ $fits }，就这么记吗？回“是”或“不是”。
ask-amount-odd-private = { $amount }元和{ $named }应交的 { $due } 元对不上。是哪几个月的？说“交了9月和10月团费”这样就行。
ask-amount-odd-group = 这个数和{ $named }应交的对不上，先不记。是哪几个月的？说“交了9月和10月团费”这样就行。
ask-second-payment = { $paid }今天已经记过了。这次是交{ $next }吗？回“是”就记上。
ask-meant-private = 是交了 { $amount } 元{ $duty }吗？回“是”就记上。
ask-meant-group = 是交了{ $duty }吗？回“是”就记上。
pay-too-far = 最远能预交到{ $period }，再往后的{ $duty }先不记。
pay-several-unfit = { $count } 个月的{ $duty }和你说的金额对不上，先没记。是哪几个月的、一共多少，再说一次，比如“交了9月和10月团费”。
ask-which-of-several = 是哪 { $count } 期{ $duty }？分开说一下，比如“上周的看完了”“本周的看完了”，先没记。
ask-which-session = 现在有几场签到：{ $sessions }。是哪一场？带上口令或名称再说一次。
ask-which-duty = 是哪一项？{ $duties }
ask-similar-name = 名册上没有“{ $name }”，是不是{ $similar }？
ask-still-open = 这样回我还不知道选哪个：请照上面说的回，不选了就说“算了”。
name-left = “{ $name }”已经不在这里的名册上了，以前的记录都留着。
ask-nothing-open = 我这会儿没有在等你的回答。要做什么直接说就行。
answered-no = 好，那就不记。
answered-no-keep = 好，照旧不动。

## 不行的时候 refusals

no-session = 现在没有开放的签到。
check-in-then = 我只能签现在开着的这场，{ $period }的没有记。要补签，请找团支书。
session-which = 开着的{ $duty }有几个：{ $teams }。要结束哪个，说“结束”时带上它的名字。
no-session-duty = { $duty }现在没有开放签到。
wrong-code = 口令不对，再看一眼现场的口令？
code-missing = 这场签到要带口令，比如“签到 1234”。
not-owed = { $name }{ $period }不用{ $measure ->
    [money] 交
    [attendance] 参加
   *[other] 完成
    }{ $duty }：那时还没入团，或者支部还没开始在这里记。
not-owed-elsewhere = { $name }{ $period }的{ $duty }，在原来的团支部已经记过了，这边不用再{ $measure ->
    [money] 交
    [attendance] 参加
   *[other] 报
    }。
not-owed-free = { $name }{ $period }不用交{ $duty }。愿意多交就说“自愿多交1元{ $duty }”。
not-owed-left = { $name }已经不在{ $unit }的名册上了，{ $period }的{ $duty }这里不记。转到了别的团支部，就在那边的群里说；没有走的话，请团支书把有 TA 的名册再发我一次。
not-on-roster-group = 我还不认识这个账号，先没记。私聊我发“绑定 姓名”就好。
not-on-roster-private = 我还不认识你。发“绑定 姓名”，团支书同意后就能用了；有绑定码就发“绑定 姓名 绑定码”。
setup-stranger = 我还不认识你。先私聊我发“绑定 姓名”，确认以后再来说“绑定本群”。第一次装的话，运行我的人手里有激活码，私聊我发“激活 激活码 姓名 支部路径”。
chat-not-bound = 这个群还没绑定团支部，请团支书在群里说“绑定本群”。
chat-no-unit = 这里没有对应的团支部，请到支部群里说，或先绑定账号。
chat-other-unit = 这里是{ $unit }的群，你不在这边的名册上，先没记。请到自己支部的群里说，或者私聊我。
no-such-name = 名册上没有“{ $name }”。
no-such-unit = 没有找到“{ $path }”这个组织。从上级写起，用“/”隔开，例如：余庆县团委/白泥镇团委/机关团支部。
period-not-yet = { $period }还没到，先不记。
period-unclear = 没看懂是哪一期，可以说“上周”“10月”“第三季度”。
private-only = 这个只能私聊我办。
permission-refused = 这件事要{ $who }来做，可以请 TA 跟我说一声。
unit-role = { $unit }的{ $who }

## 谁没… who is missing

missing-names = { $period }{ $duty }还{ $measure ->
    [money] 没交
    [attendance] 没签到
   *[other] 没完成
    }的有 { $count } 位：{ $names }
missing-number = { $period }{ $duty }还有 { $count } 位{ $measure ->
    [money] 没交
    [attendance] 没签到
   *[other] 没完成
    }，名单只发给{ $who }（私聊我问就行）。
missing-number-private = { $period }{ $duty }还有 { $count } 位{ $measure ->
    [money] 没交
    [attendance] 没签到
   *[other] 没完成
    }，名单只给{ $who }看。
missing-none = { $period }{ $duty }全部{ $measure ->
    [money] 交齐
    [attendance] 到齐
   *[other] 完成
    }了，真好。
missing-parts = （应{ $measure ->
    [money] 交 { $expected }，已交 { $done }
    [attendance] 到 { $expected }，已到 { $done }
   *[other] 完成 { $expected }，已完成 { $done }
    }{ $excused ->
    [0] {""}
   *[other] ，请假或免 { $excused }
    }{ $unbound ->
    [0] {""}
   *[other] ，没绑定账号 { $unbound }
    }）
missing-arrears = 前面几期没{ $measure ->
    [money] 交
   *[other] 完成
    }齐的有 { $count } 位。
missing-at-meeting = 这场
unit-unknown = 没有叫“{ $unit }”的{ $kind ->
    [branch] 团支部
   *[other] 组织
    }，名字再核对一下。
unit-not-yours = { $unit }的{ $asks ->
    [reading] 情况只给它自己和上级看
   *[doing] 事归它自己和上级管
    }。
unit-not-here = 这里是{ $here }的群，{ $unit }的事请私聊我说，或者到那边的群里说。
name-one-at-a-time = 叫“{ $name }”的请分开说，一次只说一位。
unit-group = 还不能单看{ $group }的，去掉“{ $group }”就看全支部的。
unit-one-at-a-time = 一次只问一个单位，请分开说。
unit-told = { $unit }：{ $told }
unit-several = 叫“{ $unit }”的不止一个，前面加上上级团委的名字再问。
missing-no-session = { $period }{ $duty }还没有开过签到。
missing-nobody-expected = { $period }{ $duty }没有要完成的人。
missing-owed = { $until_now ->
    [yes] 到{ $period }，{ $duty }
   *[no] { $period }{ $duty }
    }没交齐的有 { $count } 位，共 { $amount } 元：{ $names }
missing-owed-one = { $name }（{ $period }，{ $amount } 元）
missing-waiting = 已报待确认的共 { $amount } 元。
missing-tree = { $unit }{ $period }{ $duty }：应{ $measure ->
    [money] 交 { $expected }，已交 { $done }
    [attendance] 到 { $expected }，已到 { $done }
   *[other] 完成 { $expected }，已完成 { $done }
    }，还差 { $missing } 位{ $excused ->
    [0] {""}
   *[other] （另有请假或免 { $excused }）
    }。
missing-unit = { $unit }：还差 { $count } 位
missing-unit-names = { $unit } { $count } 位：{ $names }
missing-units-more = ……还有 { $count } 个单位
missing-unbound = （其中 { $count } 位还没绑定账号）
period-to-come = { $period }还没到呢。

## 统计 statistics: the parts of the denominator are always shown

stats-line = { $unit ->
    [none] {""}
   *[other] { $unit }
    }{ $period }{ $duty }：{ $measure ->
    [money] 应交 { $expected } = 已交 { $done } + 免交 { $excused } + 未交 { $missing }，收缴率 { $rate }
    [attendance] 应到 { $expected } = 实到 { $done } + 请假 { $excused } + 缺席 { $missing }，出勤率 { $rate }
   *[other] 应完成 { $expected } = 已完成 { $done } + 请假或免 { $excused } + 未完成 { $missing }，完成率 { $rate }
    }{ $several ->
    [yes] （按人次）
   *[no] {""}
    }{ $late ->
    [0] {""}
   *[other] ，其中晚了的 { $late }
    }{ $beside ->
    [0] {""}
   *[other] ；另有 { $beside } 人不在{ $measure ->
        [money] 应交
        [attendance] 应到
       *[other] 应完成
    }之列也报了，不计入
    }
stats-nobody-expected = { $period }{ $duty }没有要完成的人{ $beside ->
    [0] 。
   *[other] ；有 { $beside } 人报了，记着，不计入完成率。
    }
stats-money-private = 已报 { $amount } 元，已确认 { $confirmed } 元。
stats-unbound = 还有 { $count } 人没绑定账号，他们说的话我认不出来。
stats-running = { $period }还没截止，不算在内（目前 { $done }/{ $expected }）。
stats-unopened = 其中{ $period }没有开期，也各按一期算。
stats-unit = { $unit }：{ $done }/{ $expected }，{ $rate }

## 我的记录 one's own records

own-title = { $name }的记录：
own-group = { $name }，已经记下的：{ $done }。其余的私聊我问“我的记录”。
own-group-one = { $period }{ $duty }
own-in-private = { $name }，你的记录我私下说，私聊我发“我的记录”就行。
own-arrears = { $duty }：{ $paid_to ->
    [none] 还没有交过
   *[other] 最近交的是{ $paid_to }
    }{ $waiting ->
    [none] {""}
   *[other] （待确认 { $waiting } 元）
    }{ $count ->
    [0] ，目前不欠
   *[other] ；还没交：{ $period }，共 { $amount } 元
    }。
own-relief = { $duty }减免：{ $period }{ $amount ->
    [none] 免交
   *[other] 每期只交 { $amount } 元
    }{ $who ->
    [none] {""}
   *[other] ，{ $who }定的
    }{ $approver ->
    [none] {""}
   *[other] ，{ $approver }批的
    }{ $reason ->
    [none] {""}
   *[other] （{ $reason }）
    }。
own-relief-waits = { $duty }减免：{ $period }{ $what }，在等上级批，批下来之前照旧要交。
own-part-elsewhere = { $period }的{ $duty }，在原来的团支部已经交过 { $amount } 元，这边只补差的。
own-extra = { $duty }自愿多交过 { $amount } 元，另记。
own-course = { $duty }：应{ $measure ->
    [attendance] 到
   *[other] 完成
    } { $expected } 期，{ $measure ->
    [attendance] 到
   *[other] 完成
    } { $done }{ $excused ->
    [0] {""}
   *[other] ，请假或免 { $excused }
    }{ $missing ->
    [0] {""}
   *[other] ，缺 { $missing }（{ $period }{ $more ->
    [yes] 等
   *[no] {""}
    }）
    }{ $open ->
    [none] {""}
   *[other] ；{ $open }还没完成
    }。
my-data =
    我这里留着的：姓名{ $name }{ $number ->
    [none] {""}
   *[other] ，团员编号 { $number }
    }{ $born ->
    [none] {""}
   *[other] ，出生 { $born }
    }{ $joined ->
    [none] {""}
   *[other] ，入团 { $joined }
    }，所在{ $unit }，绑定账号 { $accounts }{ $roles ->
    [none] {""}
   *[other] ，管着{ $roles }
    }；团费档次 { $bands } 条，记录 { $records } 条，接龙 { $lists } 行，截图指纹 { $screenshots } 条，待确认的绑定 { $requests } 个{ $notes ->
    [0] {""}
   *[other] ，会议记录里的话 { $notes } 条
    }{ $leave ->
    [0] {""}
   *[other] ，等着批的假 { $leave } 个
    }{ $ahead ->
    [0] {""}
   *[other] ，提前请的假 { $ahead } 个
    }{ $reliefs ->
    [0] {""}
   *[other] ，团费减免 { $reliefs } 件
    }{ $read ->
    [0] {""}
   *[other] ，回过的通知 { $read } 条
    }{ $reminded ->
    [0] {""}
   *[other] ，提醒过你 { $reminded } 次
    }。
    不留聊天内容、截图原图和生病原因。要改跟团支书说一声，要删发“删除我的数据”。
    要整份数据（json）就回“是”。
my-data-no = 好的。
my-data-long = { $name }的数据有 { $count } 段那么长，聊天里放不下。请管理员用命令 zhibu export person { $name } 导出给你。
erase-ask =
    { $name }，要删除你的个人数据吗？删了就恢复不了。
    会删：姓名、团员编号、出生年月、职务、绑定的账号和申请、截图指纹、接龙里你那几行的话、会议记录和通知里你的名字{ $roles ->
    [none] {""}
   *[other] 、你在{ $roles }的管理权限
    }。
    会留：{ $records } 条不带名字的记录（支部的账和人数要对得上），别人看不出是你。你不再算支部的团员，我也认不出你了。{ $alone ->
    [none] {""}
   *[other] {""}
    注意：{ $alone }现在只有你在管，删了就没人管了，最好先请人接手。
    }
    回“是”删除，回“否”算了。
erase-done = 删好了，我这里不再有你的名字和账号。以后要再用，请团支书重新把你加进名册。{ $unread ->
    [0] {""}
   *[other] {""}
    还有 { $unread } 个等着发的图片、PDF 之类，我看不进里面的字；要是写了你的名字，请跟发通知的人说。发出去以后我这里就不留了。
    }
erase-kept = 好的，什么都没删。
show-brackets = （{ $inside }）
show-number-end = 编号尾号{ $end }

## 撤销 undo, recall

undone = 撤销了：{ $what }。
undo-what = { $name }{ $period }{ $duty }
undo-confirmation = { $name }{ $period }{ $duty }的确认
undo-refund = { $name }{ $period }{ $duty }的退款
undo-hand-up = { $period }{ $duty }的上缴
undo-returned = { $period }{ $duty }的返还
undo-carried = { $duty }的期初余额
undo-extra = { $name }{ $duty }的自愿多交
undo-exempt = { $name }{ $period }{ $duty }的减免
undo-opening = { $name }{ $period }{ $duty }的期初已清
undo-confirmed = 那条已经确认过了，要改请{ $who }来。
undo-still = { $names }还有另一条记录（{ $evidence ->
    [proxy] 别人代报的
    [screenshot] 截图
    [secretary] 支部记的
    [official] 后台导出
   *[own] 本人报的
    }），仍算已完成。
undo-no-such = 没找到你说的那条记录，什么也没动。撤销最近一条就说“撤销”。
undo-band = 档次不用撤，什么也没动。现在是哪一档直接说就行，比如“姓名 从3月起月缴5元”。
undo-months = 补收的月份撤不回来，什么也没动。哪几个月不用收，就说“12月前都交清了”，或者“姓名 3月前都交清了”。
note-undone = { $kind ->
    [host] 主持
    [recorder] 记录人
    [place] 地点
    [form] 形式
    [agenda] 议程
    [observer] 列席
    [summary] 小结
    [own_item] 自选动作
    [item] 已办的事项
   *[other] 记录
    }去掉了：{ $text }。
void-ask = 要作废{ $unit }{ $at }开始的{ $duty }签到吗？{ $count ->
    [0] 还没有人签到或请假。
   *[other] 当次的 { $count } 条签到和请假会一起撤掉。
    }会上记下的内容也不再显示。回“是”作废，回“否”算了。
void-which = 要撤哪一个？
    1. { $what }
    2. { $at }开始的{ $duty }签到整次作废（{ $count } 条签到和请假一起撤掉）
    回 1 或 2，都不撤就回“否”。
void-again = 回 1 撤你记的那条，回 2 作废整次签到，都不撤就回“否”。
void-yes = 回“是”作废这次签到，回“否”算了。
void-own = 1 我记的那条
void-whole = 2 整次签到
void-done = { $unit }{ $at }开始的{ $duty }签到作废了{ $count ->
    [0] {""}
   *[other] ，{ $count } 条签到和请假一起撤了
    }。要再开就说“开始签到”。
undo-nothing = 没有可以撤销的记录。
undo-quoted-nothing = 你引用的那条没有记过什么，或者已经撤销了，什么也没动。要撤最近一条，不引用直接说“撤销”。
undo-too-old = 那条记了超过 { $days } 天，要撤请{ $who }来。
undo-which = 最近 { $days } 天没有可以撤销的。更早的说清是谁的哪一项，比如“撤销张三10月团费”，或者引用那条消息说“撤销”。
undo-leave = { $names ->
    [none] {""}
   *[other] { $names }
    }{ $days }{ $duty }的假
undo-no-move = 没找到你记过的那次转走，什么也没动。要请 TA 回来，就把有 TA 的名册发我。
undo-move-elsewhere = { $name }已经在别的团支部的名册上了，什么也没动。要请 TA 回来，就把有 TA 的名册发我。
undo-no-record = 这个不是“撤销”能撤的，什么也没动：任命说“免去 姓名 职务”，绑定说“解绑 姓名”，提醒说“删除第 1 个提醒”，名册改好了再发我一次。
undone-move = 撤销了：{ $names }还在{ $unit }的名册上，跟没转走一样。
recall-offer = 你撤回的那条消息记过：{ $what }。要一起撤销吗？回“是”就撤。
recall-confirmed = 你撤回的那条消息记过：{ $what }，已经确认过了，记录没动。要改请{ $who }来。
recall-kept = 好，记录留着。
edited = 按你改过的消息更新了：{ $was } → { $now }。
edited-offer = 你改了的那条消息记过：{ $what }。改后的话里没有可记的，要把原来的撤销吗？回“是”就撤。
edited-already = 你改了消息，但{ $what }本来就记过了，原来记的{ $was }没动。
edited-unfit = 你改了消息，但改后的话我没法照着记，原来记的{ $was }没动。可以说“撤销”后再报一次。
edited-confirmed = 你改了消息，不过{ $what }已经确认过了，没有动。要改请{ $who }来。
edited-confirmed-ask = 你改了消息，不过{ $what }已经确认过了，没有动。要把原来那笔撤销吗？回“是”就撤。
edited-again = 名单刚刚有变动，你改的那条还没有更新，请再改一次或说“撤销”。

## 命令菜单 the menu of commands

menu-help = 会做什么，怎么说
menu-mine = 我的记录，我还欠什么
menu-missing = 谁还没完成，如：/missing 青年大学习
menu-stats = 完成率，如：/stats 团费
menu-undo = 撤销我刚报的
menu-bind = 绑定账号，如：/bind 张三
menu-setup = 把本群绑定到团支部
menu-mydata = 存了我的哪些数据

## 按钮 buttons

button-yes = 是
button-no = 否
button-gone = 这个问题已经过去了，要办的话再说一次就好。
button-not-yours = 这几个按钮是问别人的，你点了不算。

## 公众号 what an official account says itself
official-welcome = 你好，我是团支部的小助手。第一次来，先发“绑定 姓名”告诉我你是谁，支书确认后就能用；绑定过的，直接跟我说就行，比如“交了团费”“我欠多少”。
official-more = （没完，发“继续”看后面）
official-rest = （接着上次的）

## 绑定账号 accounts to members

stranger-matched = 我把你认作{ $name }，等支书确认；确认后再说一次就能记上。
stranger-unknown = 我还不认识这个账号，先没记。发“绑定 姓名”告诉我你是谁。
stranger-private = 我还不认识你。发“绑定 姓名”，支书确认后就能用；有绑定码就发“绑定 姓名 绑定码”。
bind-asked = 好的，{ $name }，等支书确认后就能用了。
bind-waits-secretary = { $name }想绑定账号{ $more ->
    [0] {""}
   *[other] ，另外还有 { $more } 个在等
}。私聊我发“谁没绑定”看名单，没问题就回“全部确认”。
bind-waits-second = { $name }已经绑定了账号，现在又有一个账号（{ $account }）想绑成 TA。先问一下本人：确实是 TA 的，回“确认 { $name }”；不是就不用管{ $more ->
    [0] {""}
   *[other] 。另外还有 { $more } 个在等
}。
bind-second = { $name }已经绑定了一个账号，要再绑这个，得支书确认。
bind-done = 绑好了，{ $name }（{ $branch }）。以后直接跟我说就行。
bind-already = 你已经绑定为{ $name }了。
bind-other = 这个账号已经绑定过了，不能再绑成别人；要换请找支书。
bind-taken = 这个账号已经绑定给别人了，请找支书。
bind-namesakes = 这里有 { $count } 位{ $name }，我分不清。请支书给你一个绑定码，再发“绑定 { $name } 绑定码”。
bind-namesakes-private = 叫{ $name }的有 { $count } 位。请到你支部的群里发“绑定 { $name }”，或请支书给你一个绑定码。
bind-unknown = 名册上没有{ $name }。名字写对了吗？没错的话请支书看看名册。
bind-unknown-private = 名册上没有{ $name }。名字写对了吗？没错的话请你的支书看看名册。
bind-similar = 名册上没有{ $name }，是不是{ $similar }？写对名字再发一次“绑定 姓名”。
code-in-private = 绑定码只能私聊里给，请私聊我再发一次。
code-for-whom = 给谁的？这样说：绑定码 张三
code-unknown = 名册上没有{ $name }。
code-not-yours = { $name }不归你管，绑定码要 TA 的支书来发。
code-namesakes = 有 { $count } 位{ $name }我分不清，请先在名册里补上团小组或团员编号。
code-line = { $name }{ $which }：{ $code }
code-how = 24 小时内有效，只能用一次。请本人发“绑定 姓名 绑定码”。
code-wrong = 绑定码不对，或者已经用过、过期了。再看一眼，或请支书重新给一个。
code-too-often = 错得太多次了，过一个小时再试，或请支书帮忙。
unbound-names = 还没绑定账号的有 { $count } 位（共 { $total } 人）：{ $names }
unbound-count = 还没绑定账号的有 { $count } 位（共 { $total } 人）：
unbound-branch = { $branch }：{ $count } 位
unbound-nobody = 名册上 { $total } 人都绑定好了。
unbound-no-roster = 名册还是空的。请把名册文件（xlsx、xls、csv）私聊发给我。
unbound-too-many = 支部太多了，请到各支部群里问。
bindings-pending = 等着确认的账号有 { $count } 个：{ $list }{ $rest ->
    [0] {""}
   *[other] ……还有 { $rest } 个
    }
bindings-one = { $n }.{ $name }
bindings-one-account = { $name }（账号 { $account }）
bindings-one-card = { $n }.{ $name }（名片“{ $card }”）
bindings-ask = 没问题就回“全部确认”，这 { $count } 个就绑好了。
bindings-second = { $names }已有账号，又有别的账号想绑：确实是本人就说“确认 姓名”。
bindings-rivals = 不止一个账号说自己是{ $names }：请发“绑定码 姓名”，把码给本人。
bindings-done = 绑好了 { $count } 位：{ $names }。现在可以直接说话了。
bindings-taken = { $names }的账号已经是别人的了，没有绑。
bindings-none = 没有等着确认的账号了。
cards-matched = 群里有 { $strangers } 个账号还没绑定，按名片认出了 { $matched } 个。
cards-unmatched = 认不出的名片 { $count } 个：{ $cards }
cards-left = 名册上还没对上的 { $count } 位：{ $names }。请他们改名片，或发“绑定 姓名”。
cards-all-bound = 名册上的人都绑定好了。
cards-no-roster = 名册还是空的：请把名册文件（xlsx、xls、csv）私聊发给我。
cards-not-listed = 暂时拿不到群成员名单；大家发“绑定 姓名”也可以。

## 任命 appointing
appointed = 好的，{ $name }现在是{ $unit }的{ $role }。
appointed-already = { $name }本来就是{ $unit }的{ $role }。
appointed-not = { $name }不是{ $unit }的{ $role }。
appointed-own = 自己的职务请别的管理员来免，免得没人能管。
dismissed = 好的，{ $name }不再是{ $unit }的{ $role }。
appoint-namesakes = 叫{ $name }的有 { $count } 位，请在名册的“职务”一栏写明再导入。

## 谁的
whose-report = 没看出是谁的，先没记。自己的就说“我……”，替{ $name }的就说“替{ $name }……”。

## 解绑 unbinding

unbind-ask = 要把这个账号和{ $name }解绑吗？解绑后我就认不出你了，要再绑得支书确认；以前的记录都留着。回“是”解绑，回“否”算了。
unbind-ask-office = 要把这个账号和{ $name }解绑吗？你还管着支部，解绑后这个账号就管不了了，再绑要别的管理员确认；以前的记录都留着。回“是”解绑，回“否”算了。
unbind-which = 叫{ $name }的有 { $count } 位：{ $list }。解绑哪一位？回编号。
unbind-choice = { $n }.{ $name }{ $which }
unbind-none = { $name }没有绑定账号。
unbind-done = 解绑了{ $name }的 { $count } 个账号，记录都留着。要再绑就请本人发“绑定 { $name }”。
unbind-done-own = 解绑好了，记录都留着。要再绑就发“绑定 姓名”。
unbind-kept = 好的，没有解绑。

## 确认 approving claims and bindings

approve-claims-private = { $unit }{ $duty }待确认 { $count } 位，共 { $amount } 元：{ $names }{ $rest ->
    [0] {""}
   *[other] ……还有 { $rest } 位
    }。都收到了就回“全部确认”，或说“确认 姓名”。
approve-claims-group = { $duty }有 { $count } 位待确认，私聊我说“确认{ $duty }”看名单和金额。
approve-claims-more = 另有 { $count } 位的{ $duty }待确认，说“确认{ $duty }”看名单。
approve-one = { $name }（{ $period }，{ $amount } 元）
approve-done = { $duty }确认了 { $count } 位：{ $names }。
approve-done-private = { $duty }确认了 { $count } 位，共 { $amount } 元：{ $names }。
approve-also = { $name }的{ $duty }也在等确认，说“确认{ $name }的{ $duty }”。
leave-namesakes = 叫“{ $name }”请假的不止一位，先没动。私聊我单说这一位的名字，我列出来让你选。
approve-namesakes = 叫“{ $name }”的不止一位有待确认的，先没动。私聊我单说这一位的名字，我列出来让你选。
namesakes-which = 叫{ $name }的有 { $count } 位：{ $list }。是哪一位？回编号。
approve-differs = 和等着确认的对不上，先没确认{ $list ->
    [none] 。私聊我说“确认团费”看名单和金额。
   *[other] ：{ $list }。按等着的确认就说“确认 姓名”；钱数不对就说“没收到 姓名 的团费”，请 TA 重新报。
    }
approve-none = 没有等着确认的。
approve-not-waiting = { $names }没有等着确认的。

## 开通 first secretary, binding a chat

activate-done = 开通好了：{ $name }是{ $unit }的团支书，也是{ $top }的管理员。接下来把我拉进支部群，在群里@我说“绑定本群”；再把名册文件（xlsx、xls、csv）私聊发给我。
activate-wrong = 激活码不对，或者已经用过了。
activate-over = 已经有人管理了，激活码不再有用。需要权限请找现在的支书。
activate-private = 激活码别让别人看到，请私聊我发。
activate-usage = 这样说：激活 激活码 姓名 支部路径，例如：激活 ABCD-1234 张三 余庆县团委/白泥镇团委/机关团支部
activate-other-account = 这个账号已经绑定给别人了，请换一个账号来激活。
activate-namesakes = 这个支部有几位{ $name }，我分不清。请先用 zhibu grant 给其中一位。
unit-below-branch = { $unit }是团支部，下面不能再有组织，请检查路径。
unit-not-branch = { $unit }已经在了，但不是这一种组织，请检查路径。
setup-done = 好了，本群归{ $unit }。大家直接说“交了团费”“大学习看完了”“签到”就行。
setup-already = 本群已经是{ $unit }的群了。
setup-other = 本群现在归{ $unit }，要换请那边的支书或管理员来。
setup-which = 绑定到哪个组织？说“绑定本群 组织路径”，你管的有：{ $units }
setup-at-only = 我在本群只听得到@我的话：大家报告时请@我。{ $platform ->
        [qq] 想直接说就行，请群主在机器人设置里打开“接收全部消息”。
        [telegram] 想直接说就行，请把我设成群管理员，或者在 @BotFather 那里用 /setprivacy 关掉隐私模式再拉我进群。
        [wecom] 企业微信的机器人都是这样，没有开关。
       *[other] {""}
    }
setup-no-roster = 名册还是空的：请把名册文件（xlsx、xls、csv）私聊发给我。
setup-group-only = 这句要在群里说：把我拉进支部群，在群里@我说“绑定本群”。

## 群设置 how the bot behaves in a group

settings-here = 本群
settings-groups = { $unit }的 { $count } 个群
settings-ack = { $ack ->
    [each] 好的，{ $place }以后逐条回复。
    [gathered] 好的，{ $place }以后攒一会儿，合并成一条回复。
   *[reaction] 好的，{ $place }以后用表情回应。
    }
settings-names = 好的，{ $place }的提醒以后会点名，欠团费的也会。想改回来说“提醒不点名”。
settings-no-names = 好的，{ $place }的提醒以后不点欠费的名，只说人数，名单私下发。
settings-reminders = { $how ->
    [only] 好的，{ $unit }的提醒以后只发本群。想改回来说“每个群都提醒”。
    [no] 好的，本群以后不发提醒。{ $left ->
        [0] 这样{ $unit }就没有群收提醒了，想要的话说“本群也提醒”。
       *[other] 想改回来说“本群也提醒”。
        }
    [all] 好的，{ $unit }的 { $count } 个群以后都发提醒。
   *[yes] 好的，本群以后也发提醒。
    }
settings-in-the-group = 请到要设置的群里@我说；要每个群都发，说“每个群都提醒”。
settings-no-reaction = 这个平台贴不了表情，可以说“合并回复”或者“逐条回复”。
settings-which = 你管着不止一个组织：请到要改的群里@我说。
settings-no-group = { $unit }还没有绑定的群：先在群里@我说“绑定本群”。

## 名册 roster

roster-how = 名册文件（xlsx、xls、csv）由团支书私聊发给我，看过预览回“是”就导入。
roster-apply-ask = 要导入吗？回“是”就导入，“不是”就算了。
roster-comer = { $name }（{ $what }）
roster-transfer-ask = 这 { $count } 位是转来（或回来）的吗：{ $names }{ $rest ->
    [0] {""}
   *[other] ……还有 { $rest } 位
    }。都是就回“是”，从今天起归这边；不是就回“不是”，同名的另一个人请在表里补上团员编号或账号再发。
roster-cancelled = 好，没有导入。
roster-private = 名册里有个人信息，请私聊发给我。

## 提醒 reminders

remind-names = { $duty }（{ $period }）{ $until ->
    [none] {""}
   *[other] { $until }截止，
    }还差 { $count } 位：
remind-more = { $duty }（{ $period }）接上条：
remind-names-end = 记得{ $measure ->
    [money] 交
    [attendance] 签到
   *[other] 完成
    }，弄好了在群里说一声就行。
remind-number = { $period }{ $duty }还有 { $count } 位{ $measure ->
    [money] 没交
    [attendance] 没签到
   *[other] 没完成
    }，方便的时候处理一下，弄好了跟我说一声。
remind-at-only = （我在本群只听得到@我的话，报告时请@我）
remind-spared = （另有 { $spared } 位今天已经提醒过，这次不点名）
remind-team = { $team }：
remind-no-team = 其他：
remind-member = { $name }，{ $period }{ $duty }还没{ $measure ->
    [money] 交
    [attendance] 签到
   *[other] 完成
    }{ $until ->
    [none] {""}
   *[other] ，{ $until }截止
    }。弄好了跟我说一声就行。
remind-unopened = { $unit } { $period }{ $duty }还没开始签到，这次没在群里提醒：开的时候@我说“开始签到 { $duty }”就行。
remind-praise = { $period }{ $duty } { $done } 位都完成了，给大家点个赞！
remind-secretary = { $unit } { $period }{ $duty }还差 { $count } 位：{ $names }
remind-sent = 已经提醒了，还差 { $count } 位。
remind-not-by-name = 群里不点名提醒{ $duty }，没发：请私下跟{ $name }说一声，要提醒所有人就说“提醒没完成{ $duty }的”。
remind-nobody = { $period }{ $duty }没有要提醒的人。
remind-unwanted = { $period }{ $duty }还差 { $count } 位，可他们支部的群都设了不发提醒，没提醒：想发就在群里@我说“本群也提醒”。
remind-no-session = { $period }{ $duty }{ $count ->
    [1] {""}
   *[other] 有 { $count } 个支部
    }还没开始签到，没有要提醒的人：开的时候@我说“开始签到 { $duty }”。
remind-nowhere = { $period }{ $duty }还差 { $count } 位，可他们的支部还没有我能发消息的群，没提醒到：请团支书在群里说“绑定本群”。

## 合并回执 gathered acknowledgement

gathered-done = 收到 { $count } 位的{ $duty }：{ $names }
gathered-paid = 收到 { $count } 位的{ $duty }，等确认：{ $names }
gathered-checked-in = { $count } 位签到成功：{ $names }

## 签到场次 sessions

session-opened = { $duty }签到开始了{ $until ->
    [none] {""}
   *[other] ，{ $until } 截止
    }。在群里回“签到”就行。
session-opened-code = { $duty }签到开始了{ $until ->
    [none] {""}
   *[other] ，{ $until } 截止
    }。回“签到 口令”，口令看现场。
session-already-open = { $duty }的签到已经开着了（{ $at } 开始）。
session-code-kept = 口令没有换。要换口令，先说“结束签到”，再重新开。
session-closed = { $duty }签到结束：应到 { $expected }，实到 { $done }（迟到 { $late }，早退 { $left_early }），请假 { $excused }，缺席 { $missing }。
session-closed-missing = 没到：{ $names }
session-closed-all = 全员到齐，给大家点个赞。
session-only-today = 签到只开到当天，写个时刻就行，比如：开始签到 到20:00
session-starts-now = 签到是说了就开，约不了时间，还没开：到点再说“开始签到 到20:00”就行。
session-time-past = { $until } 已经过了，截止时间要晚于现在。

## 齐了 praise

## 接龙 chain lists

chain-head = { $period }{ $duty }接龙：
chain-recorded = { $period }{ $duty }接龙：新记 { $count } 位{ $claim ->
    [claim] ，等确认
   *[done] {""}
    }：{ $names }。
chain-nothing-new = { $period }{ $duty }接龙没有新的要记。
chain-leave = 请假 { $count } 位：{ $names }。
chain-changed = 改过的按新的记了：{ $names }。
chain-already = 另有 { $count } 位之前就记过。
chain-doubt = 数和应交的对不上（或者这个月已经交过），先没记：{ $names }。
chain-doubt-count = 有 { $count } 位的数和应交的对不上（或者这个月已经交过），先没记；私聊我再贴一次就能看到是谁。
chain-refused = 这一期不用记的：{ $names }。
chain-refused-count = 有 { $count } 位这一期不用记。
chain-kept = 已经确认过的没改：{ $names }。
chain-kept-count = 有 { $count } 位已经确认过，没改。
chain-unclear = 没看明白、先没记：{ $names }。
chain-unclear-count = 有 { $count } 位写的没看明白，先没记。
chain-gone = 这份里不见了，原来记的没动：{ $names }。
chain-older = 写的还是以前那样，没往回改：{ $names }。
chain-twice = 写了两遍，按后一遍算：{ $names }。
chain-waiting = 接龙里另有 { $count } 位要{ $who }点头：说“确认接龙”就记上。
chain-nothing-waiting = 接龙里没有等着确认的。
chain-own-doubt = { $name }，接龙里写的数和应交的对不上，或者这个月已经记过，先没记。是哪几个月的？说“交了9月和10月{ $duty }”这样就行。
chain-which-duty = 这是哪一项的接龙？标题里写上{ $duties }中的一项，再发一次就行。
chain-ask = 有 { $count } 个名字要核对：
chain-ask-which = { $name }是不是 { $choices }
chain-ask-choice = { $n }.{ $name }{ $which }
chain-ask-how = { $several ->
    [yes] 回序号就记上，比如“{ $example }”；都不是就回“不是”。
   *[no] 是就回“是”，不是就回“不是”。
    }
chain-ask-again = 回上面的序号就行；都不是就回“不是”。
chain-names-left = 好，这几个先不记。
chain-unknown = 名册上没有、没记的 { $count } 位：{ $names }。
chain-there = { $names }之前就记过了。
chain-missing = 还差 { $count } 位，接着贴就行：
chain-missing-more = ……还有 { $count } 位

## 导出 export

## 出错 faults and limits

fault = 我这边出了点问题，刚才那条没记上，请过一会儿再发一次。（代码 { $code }）
overload = 消息有点多，我忙不过来了，刚才那条没记上，请稍后再发一次。

## 身份 roles, in words

role-member = 团员
role-group-leader = 团小组长
role-treasurer = 组织委员
role-secretary = 团支书
role-committee = 上级团委
role-auditor = 督查
role-operator = 管理员

## 词 periods, lists, joints

period-month = { $month }月
period-month-year = { $year }年{ $month }月
period-week-this = 本周
period-week-last = 上周
period-week = { $month }月{ $day }日那周
period-week-year = { $year }年{ $month }月{ $day }日那周
period-quarter = 第{ $n ->
    [1] 一
    [2] 二
    [3] 三
   *[4] 四
    }季度
period-quarter-year = { $year }年第{ $n ->
    [1] 一
    [2] 二
    [3] 三
   *[4] 四
    }季度
period-half = { $n ->
    [1] 上
   *[2] 下
    }半年
period-half-year = { $year }年{ $n ->
    [1] 上
   *[2] 下
    }半年
period-year = { $year }年
period-run = { $from }至{ $to }
list-comma = 、
list-or = 或
list-more = { $names }等 { $count } 位
time-today = 今天 { $time }
time-day-year = { $year }年{ $month }月{ $day }日{ $weekday } { $time }
time-day = { $month }月{ $day }日{ $weekday } { $time }
weekday-1 = 周一
weekday-2 = 周二
weekday-3 = 周三
weekday-4 = 周四
weekday-5 = 周五
weekday-6 = 周六
weekday-7 = 周日

## 更多 more answers of reports and sessions

how-many = { $duty }做了多少？带上数字再说一次就好。
no-meetings = 这里没有要签到的事项。
name-shared-yours = 叫“{ $name }”的有 { $count } 位，我分不清是哪位，先没动。{ $example ->
    [none] 要记 TA 交了团费、完成了学习，一次只说这一位，私聊我说，我列出来让你选。
   *[other] 名字后面带上是哪位再说一次，比如“{ $example }”。
    }
name-shared = 叫“{ $name }”的不止一位，先没记。请支书帮着记一下。
no-check-in-for = { $duty }不用签到，直接说完成就行。
time-unclear = “{ $time }”没看懂，时间写成“20:00”就行。
session-closed-late = 迟到：{ $names }
session-closed-left-early = 早退：{ $names }
session-closed-proxied = 代签：{ $names }
session-closed-waiting = 其中请假还没批：{ $names }
session-closed-leave = 请假：{ $names }
ask-second-gift = { $name }今天已经记过自愿多交 { $given } 元了。这次是再多交 { $amount } 元吗？回“是”就记上。
ask-second-gift-group = { $name }今天已经记过一笔自愿多交了。这次是再多交一笔吗？回“是”就记上。
ask-second-payment-names = { $names }今天已经记过了。这次是再交一期吗？回“是”就记上。
ask-second-payment-group = { $paid }今天已经记过了。这次是再交一期吗？回“是”就记上。
nothing-owed = 没有要记的，目前都齐了。
period-unnamed = 这次

## 名册文件 roster files (read, planned and previewed by intake; $cell is B7, $text what stands there)

roster-file-empty = 这个文件是空的，请检查后再发一次。
roster-file-large = 文件太大了（最大 { $limit } MB）。只留要用的那一张表再发。
roster-file-long = 表太长了（最多 { $limit } 行）。请分成几个文件。
roster-file-unpacks-large = 这个文件解开后太大（最大 { $limit } MB）。请新建一个表格，只把要用的内容粘进去再发。
roster-file-damaged = 这个文件打不开，可能损坏了。请在 Excel 或 WPS 里打开，另存为 xlsx 再发。
roster-file-encrypted = 这个文件加了密码，我打不开。请去掉密码再发。
roster-file-other-kind = 这不是 Excel 表格。请另存为 xlsx、xls 或 csv 再发。
roster-file-web-page = 这是换了名字的网页，不是真正的表格。请在 Excel 或 WPS 里打开，另存为 xlsx 再发。
roster-file-unreadable = 看不懂这个文件。名册、账单、导出的表请用 xlsx、xls 或 csv。
roster-no-header = 没找到表头。至少要有“姓名”一列。
roster-no-rows = 表头下面没有人。请检查是不是发错了表。
roster-note-refused = 这几列不该收，没有读：{ $columns }。
roster-note-unused = 这几列用不上，没有读：{ $columns }。
roster-note-doubled = 这几列有两份，只看了第一份：{ $columns }。
roster-note-sheets = 只看了工作表“{ $used }”，没看：{ $others }。
roster-preview-head = 名册共 { $rows } 行：{ $counts }。
roster-preview-nothing = 名册共 { $rows } 行，没有要改的（{ $counts }）。
roster-preview-more = ……还有 { $count } 行
roster-count-added = 新增 { $count }
roster-count-updated = 修改 { $count }
roster-count-moved = 转入 { $count }
roster-count-same = 不变 { $count }
roster-count-questions = 待确认 { $count }
roster-count-errors = 有错 { $count }
roster-line-plain = 第 { $line } 行{ $named ->
    [no] {""}
   *[yes] {" "}{ $name }
    }：{ $what }
roster-line-error = ✗ 第 { $line } 行{ $named ->
    [no] {""}
   *[yes] {" "}{ $name }
    }：{ $what }
roster-line-question = ？第 { $line } 行{ $named ->
    [no] {""}
   *[yes] {" "}{ $name }
    }：{ $what }
roster-line-warning = 注意 第 { $line } 行{ $named ->
    [no] {""}
   *[yes] {" "}{ $name }
    }：{ $what }
roster-line-unit = 新建团支部：{ $branch }
roster-line-add = 新增到 { $branch }
roster-line-update = { $changes }
roster-line-transfer = 从 { $from } 转到 { $branch }
roster-line-comes = 转到 { $branch }
roster-line-grant-secretary = 职务是{ $post }，设为 { $branch } 的支书
roster-line-grant-treasurer = 职务是{ $post }，可以管 { $branch } 的团费
roster-line-post-without-role = 职务是{ $post }，没有自动给权限。需要的话由上级或管理员授权
roster-line-missing = { $branch } 的名册上有、这张表里没有（不会动他们）：{ $names }，共 { $count } 人
roster-field-changed = { $field } { $old } → { $new }
roster-field-set = 补上{ $field } { $new }
roster-field-stays = 原来记过 { $day } 离开，改回来，一直在册
roster-field-number = 团员编号
roster-field-born = 出生日期
roster-field-joined = 入团年月
roster-field-group = 团小组
roster-field-post = 职务
roster-field-band = 团费档次
roster-field-account = 账号
roster-name-missing = 没有姓名
roster-name-unsaved = 姓名是公式，没有存下结果。请在 Excel 里打开、保存一次再发
roster-name-error-value = 姓名是公式错误（如 #REF!），请改成名字
roster-name-number = 姓名一栏是数字，列是不是错位了
roster-name-long = 姓名太长，列是不是错位了
roster-name-signature = 只有称呼，像落款，没有当作团员。是团员就写姓名，再填上别的任意一格
roster-name-odd = 姓名里有少见的符号，照原样记，请核对
roster-row-repeated = 和第 { $line } 行一模一样，只算一次
roster-row-number-twice = 编号或账号和第 { $line } 行（{ $other }）重了，请改掉一个
roster-row-same-person = 和第 { $line } 行是同一个人
roster-joined-young = 入团时不满 14 岁，请核对出生和入团年月
roster-cell-born = { $cell } 的出生日期“{ $text }”看不懂，没有记。写成 2007-09-01
roster-cell-joined = { $cell } 的入团年月“{ $text }”看不懂。写成 2021-05
roster-cell-joined-impossible = { $cell } 的入团年月“{ $text }”不可能，请改正
roster-cell-joined-doubtful = { $cell } 的“{ $text }”按 1 月记；如果是 10 月，写成 2021-10
roster-cell-league-number = { $cell } 的团员编号“{ $text }”不是 12 位数字，没有记
roster-cell-id-card = { $cell } 像身份证号，没有记。请填 12 位团员编号
roster-cell-digits-lost = { $cell } 的号码被 Excel 改动过，没有记。请把这一列设成“文本”再重新填
roster-cell-qq = { $cell } 的 QQ“{ $text }”不是 QQ 号，没有记
roster-cell-telegram = { $cell } 的“{ $text }”不是 Telegram 的数字 ID，没有记
roster-cell-account = { $cell } 的账号“{ $text }”不对，没有记
roster-cell-band = { $cell } 的团费档次“{ $text }”不认识。可以写：{ $bands }
roster-cell-long = { $cell } 的“{ $text }”太长，没有记
roster-cell-error-value = { $cell } 是公式错误，没有记
roster-cell-unsaved = { $cell } 是公式，没有存下结果，没有记。请在 Excel 里打开、保存一次再发
roster-branch-missing = 没写所在团支部。合并的格子请拆开填满，或者说明这张表是哪个团支部的
roster-branch-odd = 所在团支部“{ $branch }”看不懂。写成 县团委/镇团委/团支部
roster-branch-ambiguous = 叫“{ $branch }”的不止一个：{ $first }、{ $second }。请写全
roster-branch-other = 写的是“{ $branch }”，不是 { $base }
roster-branch-foreign = “{ $branch }”不归你管
roster-branch-committee = { $branch } 是团委，人要放在下面的团支部里
roster-branch-below-branch = { $upper } 是团支部，下面不能再建 { $branch }
roster-q-namesakes = 第 { $lines } 行同名，分不清谁是谁。请补上团员编号或账号
roster-row-namesakes-apart = 第 { $lines } 行同名，按编号或账号当作不同的人记；若是同一个人，请删掉一行
roster-q-namesakes-here = 名册上有 { $count } 位同名，不知道是哪一位。请补上团员编号或账号
roster-q-name-differs = 编号或账号是 { $known } 的，姓名对不上。请核对
roster-q-number-differs = 名册上的同名者编号是 { $number }，和表里不同。是改正，还是另一个人？请核对
roster-q-account-taken = 账号 { $account } 已经是 { $holder } 的了
roster-q-number-taken = 编号或账号是 { $branch } 的 { $known } 的。请核对
roster-q-without-branch = 编号或账号是 { $known } 的，现在不在任何团支部。请核对
roster-q-foreign = 编号或账号已经在别的团支部登记。转来的话，请那边的团支书先跟我说“姓名转走了”，再发一次表；或者请管两边的上级团委来发。不是就请核对
roster-q-left = 以前在这个团支部，后来离开了。是回来了吗
roster-q-was = 以前在 { $branch }，已经离开。是转过来了吗
roster-q-gone = 以前在别的团支部，已经离开那边。是转过来了吗
roster-q-elsewhere = 现在在 { $branch }。是转过来了吗
roster-q-same-name = { $branch } 也有一位同名（共 { $count } 位）。是转来的，还是另一个人
roster-q-numbered-name = 名字后面的数字是为了区分同名吗？请写成“{ $base }”，并补上团员编号或账号

## 名册文件 a roster file in a private chat

drop-no-files = 这个平台我收不了文件，请把名册发给管理员，用 zhibu import roster 导入。
drop-empty = 这个文件是空的，里面什么都没有。看看是不是没存好，再发一次。
drop-refused = 这个文件我取不到（可能太大，或者已经失效）。请再发一次。
drop-unfetched = 文件没取到，网络可能不太好。请再发一次。
drop-again = 那个文件我这里已经没有了（过了时间，或者我重启过），请再发一次文件。
drop-changed = 名册刚才被别人改过，再看一眼：
drop-applied = 导入好了：新增 { $added }，修改 { $updated }，转入 { $moved }{ $waiting ->
    [0] {""}
   *[other] ；还有 { $waiting } 行没动，改好再发就行
    }。
drop-next = 接下来把我拉进支部群，在群里@我说“绑定本群”，我来对名片。
reading-refused = 这里的情况只给本支部和上级看。

help-receipt = 收据
help-cash-book = 账本
recorded-extra-private = 收到：{ $name }自愿多交 { $amount } 元，另记一笔，等{ $who }确认。谢谢。
recorded-extra-group = 收到：{ $name }自愿多交的{ $duty }另记上了，等确认。谢谢。
recorded-far-months = 里面有离现在半年以上的，比平常远；要是不对，回“撤销”。
extra-for-whom = 自愿多交的一次记一位，请分开说。
refund-too-much = 没有那么多已确认的可以退，先没记。说“账本”或“收据”核对一下。
undo-refunded = 其中有退过钱的，先撤销那笔退款再来。

## 团费的规矩 bands, opened months, opening balances, reductions

money-which-branch = 要说清是哪个团支部：请到那个支部的群里说，或由那个支部的人来说。
money-only = 这一项不收钱，没有档次和账本。
money-for-whom = 是给谁的？带上姓名再说一次。
band-set-private = 好，{ $names }从{ $period }起按“{ $band }”交{ $duty }，每月 { $amount } 元；以前的不变。
band-set-group = 好，{ $names }从{ $period }起的{ $duty }档次改好了，以前的不变。
band-which = “{ $group }”有好几档，要看每月交几元：说“张三从10月起{ $example }”，或说“张三从10月起月薪3500”（工资只用来算，不记）。
band-unknown = 没有这个档次。可以说：{ $bands }
band-no-scale = 按工资怎么算还没有配置，请直接说档次。
rate-for-pay = 每月{ $duty } { $amount } 元{ $band ->
    [none] {""}
   *[other] ，档次是“{ $band }”
    }。工资只用来算，我不记。
open-months-done = 好，{ $unit }的{ $duty }从{ $period }起补收。入团更晚的从入团那个月算起。
open-months-already = { $period }不在要补收的范围里：{ $unit }的{ $duty }本来就从更早或同一个月算起，或者还没到。
opening-done = 好，{ $period }{ $of ->
    [stretch] {""}
   *[other] 以前
    }的{ $duty }按已交清记：{ $count } 位，共 { $months } 期。这些不进账本。
opening-nothing = { $period }{ $of ->
    [stretch] {""}
   *[other] 以前
    }没有要交的{ $duty }，不用记。
exempt-done = 记下了：{ $names }{ $period }免交{ $duty }，{ $who }定的，到{ $until }为止。
reduce-done-private = 记下了：{ $names }{ $period }的{ $duty }每期减为 { $amount } 元，{ $who }定的，到{ $until }为止。
reduce-done-group = 记下了：{ $names }{ $period }的{ $duty }减交，{ $who }定的，到{ $until }为止。
reduce-nothing = 没有要免或要减的：{ $names }到{ $until }的{ $duty }都交了或不用交。
reduce-no-less-private = 现在每期就是 { $owed } 元，没有减，先没记。要减到多少元？
reduce-no-less-group = 这样没有减，先没记。要减到多少，私聊我说。
relief-long = 一次最多定 { $count } 个月，请说个近一点的期限，到时候再定。
reduce-past = 开始比结束还晚，请再说一次。
duty-off = { $name }还没有开，先没记。要记就请管理员在配置的 duties/{ $key }.toml 里写上 enabled = true；要说的是别的会，就带上它的名字。
relief-what = { $left ->
    [none] 免交{ $duty }
    [half] { $duty }减半
    [percent] { $duty }减为 { $percent }%
    [amount] { $duty }每期减为 { $amount } 元
   *[less] { $duty }减交
    }
relief-alone = 上级还没有能批的人在我这里，先按支部定的算；该报上级批的，批复请自己留好。
relief-asked = 报上去了：{ $names }{ $period }{ $what }，{ $who }定的{ $above ->
    [none] 。可上级还没有能批的人在我这里：请上级团委的同志来绑定账号，或者请管理员把 exempt_approval 改成支部定了就算。批下来之前照旧要交；不报了就说“撤销”。
   *[other] ，等{ $above }批。批下来之前照旧要交；不报了就说“撤销”。
    }
relief-asked-already = { $names }的这件已经报上去了，还在等{ $above ->
    [none] 上级
   *[other] { $above }
    }批。
relief-reason-not-kept = 跟身体有关的缘由我不记。
relief-told = { $unit }报来要批的：{ $names }{ $period }{ $what }，{ $who }定的{ $reason ->
    [none] {""}
   *[other] （{ $reason }）
    }。同意就回“同意{ $plain }的减免”，不同意回“驳回{ $plain }的减免”；都有哪些说“待批减免”。
relief-none = 现在没有等着批的减免。
relief-none-of = { $name }没有等着批的减免。
relief-count = 等着批的减免有 { $count } 件，私聊我说“待批减免”看是谁。
relief-list = 等着批的减免有 { $count } 件：
relief-one = { $unit }{ $name }：{ $period }{ $what }{ $who ->
    [none] {""}
   *[other] ，{ $who }定的
    }{ $reason ->
    [none] {""}
   *[other] （{ $reason }）
    }
relief-list-how = { $rest ->
    [0] {""}
   *[other] 还有 { $rest } 件没列出来。
    }都同意就回“是”；分开批说“同意{ $name }的减免”或“驳回{ $name }的减免”。
relief-kept = 好的，先放着，都还没批。要驳回就说“驳回姓名的减免”。
relief-which = 等着批的有：{ $names }。说“同意姓名的减免”或“驳回姓名的减免”，一起批说“全部同意减免”。
relief-namesakes = 等着批的有好几位{ $name }，请带上支部说，比如“同意{ $unit }{ $name }的减免”。
relief-not-yours = 减免要上级来批，支部自己批不了；要定新的，说“张三免交到12月”。
relief-decided = { $outcome ->
    [yes] 批了：{ $unit }{ $name }{ $period }{ $what }，到{ $until }为止
    [paid] { $unit }{ $name }{ $period }的都交了或不用交，没有要减免的
   *[no] 驳回了：{ $unit }{ $name }{ $period }{ $what }
    }{ $told ->
    [yes] ，已经告诉支部
   *[no] {""}
    }。
relief-decided-branch = { $outcome ->
    [yes] 批下来了：{ $name }{ $period }{ $what }，{ $by }批的，到{ $until }为止。
    [paid] { $name }{ $period }的减免，{ $by }批了，可这几期都交了或不用交，没有要减免的。
   *[no] 没有批：{ $name }{ $period }{ $what }，{ $by }驳回的，照旧要交。
    }
relief-waits-again = 这件又等着批了：要驳回再说一声。
relief-dropped = 好的，不报了：{ $what }。
unpaid-member = { $name }，{ $duty }有 { $count } 期还没交（{ $period }，共 { $amount } 元）。方便时补上就好；有困难跟团支书说，可以申请减免。
unpaid-one = { $name }（{ $period }，{ $amount } 元）
unpaid-secretary = { $unit }：{ $duty }连着 { $months } 期没交的有 { $count } 位：{ $names }。这条只发给你，请私下问问情况。

## 账本 cash book, refunds, receipts, what goes up

refund-done-private = 退给{ $name } { $amount } 元（{ $period }{ $duty }），账本记好了。
refund-done-group = 退给{ $name }的{ $duty }记好了。
refund-one = 一次退一位，请带上姓名。
refund-how-much = 退给{ $name }多少，或哪几个月的？比如“退还{ $name }10月团费”。
refund-nothing = { $name }没有已确认的可以退。
own-or-handed-up = 这是上缴给上级的，还是你自己的{ $duty }？先没记。上缴就带上“上级”，比如“上缴上级{ $duty }10元”；自己的说“交了{ $duty }”。
hand-how-much = 是多少元？带上金额再说一次。
hand-up-done = 记下了：上缴{ $duty } { $amount } 元{ $period ->
    [none] {""}
   *[other] （记在{ $period }账上）
    }，手上还有 { $hand } 元。{ $short ->
    [yes] 比收到的还多，请核对；不对就回“撤销”。
   *[no] {""}
    }
returned-done = 记下了：上级返还{ $duty } { $amount } 元{ $period ->
    [none] {""}
   *[other] （记在{ $period }账上）
    }，手上还有 { $hand } 元。{ $short ->
    [yes] 账上是负的，请核对。
   *[no] {""}
    }
carried-already = { $duty }期初余额本来就记的 { $amount } 元，没有变。
carried-replaced = 改好了：{ $duty }期初余额从 { $before } 元改成 { $amount } 元，手上有 { $hand } 元。{ $short ->
    [yes] 账上是负的，请核对。
   *[no] {""}
    }
carried-done = 记下了：{ $duty }期初余额 { $amount } 元，手上有 { $hand } 元。{ $short ->
    [yes] 账上是负的，请核对。
   *[no] {""}
    }
cash-book = { $unit }{ $period ->
    [none] {""}
   *[other] { $period }
    }{ $duty }账本：报了 { $claimed } 元，确认 { $confirmed } 元{ $extra ->
    [none] {""}
   *[other] （其中自愿多交 { $extra } 元）
    }，待确认 { $waiting } 元；退还 { $refunded } 元，上缴 { $up } 元，返还 { $returned } 元。手上应有 { $hand } 元。
cash-carried = 其中期初余额 { $amount } 元。
cash-book-above = { $unit }{ $period ->
    [none] {""}
   *[other] { $period }
    }{ $duty }账：下面上缴来 { $received } 元，返还下去 { $down } 元；上缴上级 { $up } 元，上级返还 { $returned } 元。手上应有 { $hand } 元。
cash-share = 按 { $percent }% 应上缴 { $due } 元，已上缴 { $up } 元，还差 { $left } 元。
cash-returned = 应返还 { $due } 元，已返还 { $returned } 元，还差 { $left } 元。
receipt-line = 收据 { $number }：{ $unit }收到{ $name }{ $period }{ $duty } { $amount } 元{ $extra ->
    [none] {""}
   *[other] （含自愿多交 { $extra } 元）
    }{ $refunded ->
    [none] {""}
   *[other] ，其中已退 { $refunded } 元
    }，{ $at }{ $who ->
    [none] 入账
   *[other] 由{ $who }确认
    }。
receipt-none = 还没有确认过的{ $duty }，确认以后才有收据。
export-large = 台账有 { $count } 行，聊天里放不下。可以换一个能收文件的平台私聊我，或者请管理员运行 zhibu export ledger --branch { $unit } --period 月份。
export-none = { $period }没有{ $duty ->
    [all] {""}
   *[other] { $duty }的
    }台账：那时没有人应完成，也没有人报过。
export-file = { $unit }台账共 { $count } 行，表格给你，用 Excel 或 WPS 打开就行。里面有金额和姓名，别转到大群里。
file-not-here = 文件“{ $file }”在这里发不过去。可以换一个能收文件的平台私聊我再要一次，或者请管理员用 zhibu export 导出来给你。
file-link = 文件“{ $file }”在这里下载：{ $url }
    只能下载一次，{ $hours } 小时内有效，别转给别人。
file-link-group = 文件“{ $file }”在这里下载：{ $url }
    { $hours } 小时内有效。
# 链接打开后的页面
link-title = 支部小助手给你的文件
link-ready = 点下面的按钮下载。链接用完就失效。
link-button = 下载文件
link-used = 这个文件已经下载过了，链接不能再用。要是没存好，回到聊天里再要一次就行。
link-expired = 链接过期了。回到聊天里再要一次，会给你新的。
link-unknown = 没有这个链接。看看是不是没复制全；隔得久了就回到聊天里再要一次。
link-broken = 这会儿打不开，过一会儿再试试，链接还在。
my-data-file = 你的数据都在这个文件里（json）。

## 账单 bills of wallets, the league's fee export

bill-head = 账单：能入账 { $new } 笔，共 { $amount } 元；以前导过 { $known } 笔；要看一眼 { $unsure } 笔；不相干的 { $others } 笔。
bill-more = ……还有 { $count } 行
bill-line-new = 第 { $line } 行 { $who } { $amount } 元：补记并确认{ $period }{ $given ->
    [none] {""}
   *[other] ，另有自愿多交 { $given } 元
    }
bill-line-many = 第 { $line } 行 { $who } { $amount } 元：补记并确认{ $period }（超过 { $months } 个月，比平常多，核对一下）
bill-line-late = ？第 { $line } 行 { $who } { $amount } 元：写的是补交，可欠的没有这么多，没有动
bill-line-gift = ？第 { $line } 行 { $who } { $amount } 元：写了自愿多交，分不清多交多少，没有动
bill-line-exempt = ？第 { $line } 行 { $who }：那边是免交，这里还要交
bill-line-exempt-paid = ？第 { $line } 行 { $who }：那边是免交，这里记着已交
import-period = “{ $period }”不是{ $duty }的一期，要像 { $example } 这样写。
bill-line-confirmed = 第 { $line } 行 { $who } { $amount } 元：确认报过的{ $period }{ $given ->
    [none] {""}
   *[other] ，另有自愿多交 { $given } 元
    }
bill-line-given = 第 { $line } 行 { $who } { $amount } 元：自愿多交，补记并确认
bill-line-sum = ？第 { $line } 行 { $who } { $amount } 元：和报的、该交的对不上，没有动
bill-line-paid = ？第 { $line } 行 { $who } { $amount } 元：该交的都确认过了，是预交还是重复？没有动
bill-line-not-owed = ？第 { $line } 行 { $who } { $amount } 元：这期不用交，没有动
bill-line-what-for = ？第 { $line } 行 { $who } { $amount } 元：没写是团费，也没有报过这个数，没有动
bill-line-namesakes = ？第 { $line } 行 { $who } { $amount } 元：分不清是哪一位，没有动
bill-line-several = ？第 { $line } 行 { $who } { $amount } 元：写了好几个名字，请他们各自报一下再确认
bill-line-for-whom = ？第 { $line } 行 { $who } { $amount } 元：是替人交的，分不清给谁的，请本人报一下再确认
bill-line-unknown = ？第 { $line } 行 { $who } { $amount } 元：名册上没有这个名字
bill-line-counted = ？第 { $line } 行 { $who } { $amount } 元：这笔已经记在{ $unit }的账上了，没有动
bill-line-future = ？第 { $line } 行 { $who } { $amount } 元：交易时间还没到，没有动
bill-odd-time = ？第 { $line } 行 { $who }：交易时间看不懂，没有动
bill-line-elsewhere = ？第 { $line } 行 { $who } { $amount } 元：写的是别的支部
bill-line-extra = ？第 { $line } 行 { $who } { $amount } 元：写着自愿多交，其中多少是该交的看不出来，请本人报一下再确认
bill-line-differs = ？第 { $line } 行 { $who }：那边是未交，这里记着已交
bill-odd-status = ？第 { $line } 行 { $who }：交纳状态看不懂
bill-odd-refunded = ？第 { $line } 行 { $who }：这笔退过款，没有动
bill-odd-number = ？第 { $line } 行 { $who }：没有交易单号，没有动
bill-odd-amount = ？第 { $line } 行 { $who }：金额看不懂，没有动
bill-no-bill = 这不像微信、支付宝的账单，也不是带“团员姓名、当月交纳状态”的导出表。
bill-which-month = 这张表没写是哪个月的：把文件名改成带月份的（如 团费2026-10.xls）再发。
bill-ask = 这些要入账吗？回“是”就记（带问号的不动），“不是”就算了。
bill-done = 入账 { $new } 笔，共 { $amount } 元；以前导过 { $known } 笔，带问号的 { $unsure } 笔没有动。

## 会议 meetings: opened, kept, decided

help-minutes = 主持:张三 · 议程:… · 记录:… · 完成:民主议事 · 本次台账
help-grant-leave = 准张三的假 / 不准张三的假
session-title = { $duty }（{ $topic }）
session-code = 口令是 { $code }。
session-code-none = 这场签到不用口令。
session-code-now = 现在的口令是 { $code }，{ $until } 换下一个。请给现场的人看，别发群里。
session-observers = 列席：{ $names }
session-quorum = { $what }要{ $rule ->
    [more] 超过
   *[least] 达到
    }应到的 { $fraction }：应到 { $expected }，实到 { $done }，{ $met ->
    [yes] 够了，可以进行
   *[no] 人数不够，今天不能定
    }。
meeting-none = 这里最近没有开过会。
meeting-not-on = 现在没有开着的会，先说“开始签到”。
note-long = 太长了，一条最多 { $limit } 字，分几条说吧。
note-no-such = 没有第 { $n } 条记录，说“本次台账”看看编号。
note-over = （记在 { $day } { $at } 的{ $duty }上，会已经结束了）
observer-expected = { $name }在应到之列，不能算列席：来了就签到，不来就请假。
meeting-none-then = { $day }没有开过会。
session-team-unknown = 名册上没有“{ $team }”这个小组，没有开。
session-reopened = { $duty }的签到接着开了，{ $until } 截止，之前签过的都算。
session-nothing-to-reopen = 今天没有结束了的{ $duty }签到，要开新的就说“开始签到”。
leave-after = { $duty }已经开过了，补假要{ $who }来记。
note-taken = 记下了，第 { $n } 条。
note-changed = 第 { $n } 条改好了。
note-gone = 第 { $n } 条删掉了。
note-kept = { $kind ->
    [host] 主持
    [recorder] 记录人
    [place] 地点
    [form] 形式
    [agenda] 议程
    [observer] 列席
    [summary] 小结
   *[other] 内容
    }记下了：{ $text }。
form-unknown = 形式可以是：{ $forms }。
item-unknown = 没有“{ $item }”这一项。现在有：{ $items }。加一项就说“自选动作:名称”。
items-none = { $duty }没有要勾的事项。加一项就说“自选动作:名称”。
items-done = 事项 { $count }/{ $total }{ $done ->
    [none] {""}
   *[other] ，已办：{ $done }
    }{ $open ->
    [none] {""}
   *[other] ，未办：{ $open }
    }。
page-head = 【{ $duty }】{ $unit }，{ $day } { $from }{ $to ->
    [none] 开始
   *[other] —{ $to }
    }
page-line = { $kind ->
    [host] 主持
    [recorder] 记录人
    [place] 地点
    [form] 形式
    [agenda] 议程
    [summary] 小结
    [there] 到会
    [late] 迟到
    [left_early] 早退
    [proxied] 代签
    [leave] 请假
    [absent] 缺席
   *[observer] 列席
    }：{ $text }
page-count = 应到 { $expected }，实到 { $done }，请假 { $excused }，缺席 { $missing }
page-leave = { $name }（{ $kind ->
    [sick] 病
   *[personal] 事
    }）
page-minutes = { $n }. { $at } { $name }：{ $text }{ $by ->
    [none] {""}
   *[other] （{ $by }记）
    }
leave-asked = 好的，{ $names }{ $period }{ $duty }的假报上去了，等{ $who }同意。
leave-asked-secretary = { $name }请{ $period }{ $duty }的{ $kind ->
    [sick] 病假
   *[personal] 事假
    }。回“准{ $name }的假”或“不准{ $name }的假”。
leave-decided = { $granted ->
    [yes] 准了
   *[no] 没准
    }：{ $name }{ $period }{ $duty }的假。
leave-decided-member = { $granted ->
    [yes] 你{ $period }{ $duty }的假准了。
   *[no] 你{ $period }{ $duty }的假没有准，请尽量到场，有难处跟团支书说。
    }
excuse-done = 好的，{ $names }{ $period }{ $duty }不用做，不算缺{ $reason ->
    [none] 。
   *[other] （{ $reason }）。
    }
excuse-nothing = { $names }{ $period }{ $duty }已经完成或者免过了，没有动。
excuse-long = 一次最多免 { $count } 期，没记。
leave-not-from = { $duty }没有请假这一说，没记；真有难处跟团支书说一声。
leave-kept = 好的，{ $names }{ $days }{ $duty }的假先记着，到时候开签到就算请假。
leave-dropped = 好的，{ $names ->
    [none] {""}
   *[other] { $names }
    }{ $days }{ $duty }的假取消了。
leave-coming = 提前请假：{ $names }
leave-coming-one = { $name }（{ $days }）
own-leave = 提前请的假：{ $days }{ $duty }，到时候开签到就算请假；不用了回“撤销请假”。
leave-past = { $days }没有开过{ $duty }，没记；{ $period }都来不了就说“{ $period }{ $duty }请假”。
leave-far = { $days }太远了，最多提前一年请假，没记。
days-range = { $first }到{ $last }
leave-none = 现在没有等着批的假。
leave-none-of = { $name }没有等着批的假。
leave-which = 等着批的有：{ $names }。说“准姓名的假”或“不准姓名的假”。
## 期 issues and pauses

issue-opened = { $issue }{ $duty }开始啦，{ $until } 截止。看完在群里说一声“看完了”就行。
issue-already-open = { $issue }{ $duty }已经开着了。
issue-week-taken = { $period }已经有{ $issue }了，一周只能开一期。
issue-number-used = { $issue }用过了（{ $period }），换个期号再开。
issue-again = 刚才别人也在开，请再说一次。
issue-name = { $year }年第{ $n }周
issue-none-open = 现在没有开着的{ $duty }。
issue-closed = { $issue }{ $duty }收了，再报还能补记。
withdraw-ask = 要撤回{ $issue }{ $duty }吗？是{ $unit }所有人的这一期{ $count ->
    [0] {""}
   *[other] （已经报的 { $count } 人还记着，算在{ $period }里）
    }。回“是”撤回，回“否”算了。
withdraw-which = 要撤哪一个？
    1. 你自己报的{ $issue }{ $duty }
    2. 整个{ $issue }，{ $unit }所有人的（已经报的 { $count } 人还记着，算在{ $period }里）
    回 1 或 2，都不撤就回“否”。
withdraw-again = 回 1 撤你自己报的，回 2 撤回整期，都不撤就回“否”。
withdraw-yes = 回“是”撤回这一期，回“否”算了。
withdraw-own = 1 我自己报的
withdraw-whole = 2 整期
withdraw-kept = 好的，都没动。
issue-withdrawn = { $issue }{ $duty }撤回了。{ $count ->
    [0] {""}
   *[other] 已经报的 { $count } 人都还记着，算在{ $period }里。
    }要重开就说“开始{ $duty } 期号”。
issue-from-above = { $issue }是上级开的，要撤回请上级来。
moved-line = 记下了：{ $names }从明天起不在{ $unit }的名册上。
moved-done = 记下了：{ $names }从明天起不在{ $unit }的名册上，以前的记录都留着。转到别的团支部的，请那边的团支书把写了 TA 的 QQ 或团员编号的名册发给我；记错了，就把有 TA 的名册再发我一次。
moved-self = 你自己的去留请上级团组织来办，免得支部没人管。
issue-unknown = 没有开过第{ $number }期{ $duty }{ $issue ->
    [none] {""}
   *[other] ，现在是{ $issue }
    }。
pause-until = 停到哪天？说“暂停{ $duty } 到2月20日”就行。
pause-past = { $until }不行，结束的日子要在今天之后、也在开始之后。
paused = 好的，{ $duty }从{ $from }停到{ $until }，这段时间不算缺，也不提醒。
paused-beside = { $issue }已经开了，照常算，也照常提醒；不想算就说“撤回{ $issue }”。
resumed = { $duty }恢复了，从这周接着来。
not-paused = { $duty }没有在暂停。
day = { $month }月{ $day }日
help-issues = 开始大学习 第5期 到周日20点 / 撤回第5期 / 结束大学习 / 暂停大学习 到2月20日
help-ranking = 大学习排名 / 大学习差异
help-export = 导出团费台账
help-coverage = 覆盖率
## 覆盖率 coverage

coverage = { $unit }网上社群覆盖率：团员 { $members } 人，绑定账号 { $bound } 人，{ $rate }%；团支部 { $branches } 个，绑了群 { $chats } 个，{ $chat_rate }%。{ $without ->
    [none] {""}
   *[other] 还没绑群：{ $without }。
    }

## 没收到 claims that no money came for

reject-done = { $name }{ $period }的{ $duty }（{ $amount } 元）退回了，{ $told ->
    [yes] 我私下告诉 TA 了
   *[other] TA 没绑定账号，请你转告一声
    }。
reject-told = { $name }，{ $who }说还没收到你{ $period }的{ $duty }，这笔我先退回了。要是交过，把转账截图给 TA 看一下；收到了再报一次就行。
reject-nothing = { $name }没有待确认的{ $duty }。

## 官方导出 official exports

study-head = { $duty }导出{ $period ->
    [none] {""}
   *[other] （{ $period }）
    }：能补记 { $new } 位，能印证 { $confirmed } 位，已经印证过 { $known } 位，写着没完成的 { $not_done } 位，要看一眼 { $unsure } 行。
study-ask = 要记上吗？回“是”就记（带问号的不动），“不是”就算了。
study-done = 记好了：补记 { $new } 位，印证 { $confirmed } 位；以前导过 { $known } 位，带问号的 { $unsure } 行没有动。
study-line-new = 第 { $line } 行 { $who }：补记
study-line-undone = ？第 { $line } 行 { $who }：这里写着没完成，之前记的是已完成
study-undone = 写着没完成：{ $names }
study-time-aside = 第 { $line } 行 { $column } 列“{ $text }”：时间看不懂，只看期数
study-strangers = 名册上没有的 { $count } 位，认得的可以告诉我，比如“{ $first }是张三”，下次就认得了。
study-line-not-owed = ？第 { $line } 行 { $column } 列 { $who }：这期不用完成，没有动
study-line-unknown = ？第 { $line } 行 { $column } 列 { $who }：名册上没有这个名字
study-line-no-name = ？第 { $line } 行 { $column } 列 { $who }：只有学号，没有姓名
study-line-namesakes = ？第 { $line } 行 { $column } 列 { $who }：有同名的，分不清是哪一位
study-line-which-issue = ？第 { $line } 行 { $who }：“{ $text }”是哪一期？没有开过
study-bad-time = ？第 { $line } 行 { $column } 列“{ $text }”：时间看不懂
study-bad-name = ？第 { $line } 行 { $column } 列“{ $text }”：这里要有姓名或学号
study-no-export = 没认出姓名、学号在哪一列{ $columns ->
    [none] {""}
   *[other] （表头是：{ $columns }）
    }。导出表要有“姓名”或“学号”这样的表头；命令行可以用 --columns 人员=姓名,打卡=时间 说明，记住以后不用再说。
study-no-duty = 没有配置按期完成的学习事项，导出对不上。
study-too-wide = 这个范围的支部太多了，请按支部或乡镇分开发。
study-columns-unknown = 没找到认得的表头，只有：{ $columns }。名册至少要有“姓名”一列。要是大学习的导出，告诉我哪一列是姓名（或学号），比如“姓名是A，时间是C”。
study-columns-ask = 这张表我认不出表头：{ $columns }。哪一列是姓名（或学号）？回“姓名是A”，有时间、期数、班级也可以一起说，比如“姓名是A，时间是C”。
study-who-one = { $who } 是：{ $names }
study-who-ask = 是哪一位？回序号就行，可以一次回几个。下次导入就不再问。
study-differs-own = { $unit ->
    [none] {""}
   *[other] { $unit }：
    }{ $period }本人说已学、后台没有的 { $count } 位：{ $names }
study-differs-secretary = { $unit ->
    [none] {""}
   *[other] { $unit }：
    }{ $period }支书记了已学、后台没有的 { $count } 位：{ $names }
study-differs-export = { $unit ->
    [none] {""}
   *[other] { $unit }：
    }{ $period }先前的导出有、最近的导出写着没完成的 { $count } 位：{ $names }
study-agrees = { $period }{ $duty }和后台一致。
study-no-import = 还没有导入过{ $period ->
    [none] {""}
   *[other] { $period }
    }{ $duty }的后台名单。把导出的表私聊发我就行。

## 排名 ranking

rank-head = { $duty }{ $period }排名（{ $early ->
    [yes] 还没截止，先按现在的算；
   *[no] {""}
    }按每期完成率的平均；一样时比最低的一期，再比次低的）：
rank-one = { $n }. { $name }：{ $rate }（{ $done }/{ $expected }{ $excused ->
    [0] {""}
   *[other] ，免 { $excused }
    }{ $unbound ->
    [0] {""}
   *[other] ，没绑定 { $unbound }
    }，最低一期 { $worst }）
rank-nothing = { $duty }{ $period }还没有可以排的。
help-reminders = 现在提醒没签到的 / 每周四20点提醒大学习 / 下次提醒 / 明天会提醒谁 / 暂停提醒 一周 / 恢复提醒 / 提醒记录 / 重发 / 大学习提醒语：记得截图 / 通知：明天交表 / 谁没收到 / 每周一8点推送：学习材料

## 提醒的安排 what a secretary makes of reminders

reminders-made = 记下了：{ $unit }{ $duty }的提醒，接下来是 { $times }。不要了就说“下次提醒”，按编号删除。
reminders-there = { $unit }已经有这个{ $duty }提醒了，接下来是 { $times }。
reminders-never = 这个时间排不出来，换个说法试试，比如“每周四20点提醒大学习”“每月25号提醒团费”。
reminders-full = 自己加的提醒最多 { $count } 个，先删掉不用的吧。
reminders-none = 还没有安排提醒。说“每周四20点提醒大学习”就能加一个。
reminders-head = { $unit }接下来的提醒：
reminders-line = { $n ->
    [none] {""}
   *[other] [{ $n }]{" "}
    }{ $time } { $unit ->
    [none] {""}
   *[other] { $unit }{" "}
    }{ $duty }{ $hushed ->
    [yes] （已暂停）
   *[no] {""}
    }
reminders-more = 还有 { $count } 条，哪个支部的可以单独问，比如“下次提醒 第二团支部”。
reminders-how-to-drop = 带编号的是自己加的，不要了就说“删除第1个提醒”。
reminders-no-such = 没有这个编号，自己加的提醒有 { $count } 个，说“下次提醒”看看。
reminders-dropped = 好的，{ $unit ->
    [none] 这个
   *[other] { $unit }的这个
    }{ $duty }提醒删掉了。
reminders-not-that = 自己加的提醒里没有这一个。说“下次提醒”看看：带编号的能删，其他的可以“暂停提醒 一周”。
reminders-which = 这样的提醒有 { $count } 个，说“下次提醒”看看，按编号删。
remind-how-once = 我定不了只响一次的提醒：现在就发，说“现在提醒没完成{ $duty }的”；每周发，说“每周四20点提醒{ $duty }”。
remind-how-before = 截止前几小时的提醒要在配置里加，在这儿能定的是固定的时间，比如“每周四20点提醒{ $duty }”；现在就发，说“现在提醒没完成{ $duty }的”。
remind-how-cycle = 这样的间隔我排不了，能定每天、每周几、每月几号、每季度末，比如“每周四20点提醒{ $duty }”。
remind-how-one = 一次定一个吧：一件事、一个时间，比如“每周四20点提醒{ $duty }”，说完再加下一个。
remind-how-time = 这个提醒的时间我没看明白，先没动。可以说“每周一到周五9点提醒{ $duty }”“每月25号20点提醒{ $duty }”。
remind-how-name = 定时的提醒是给所有没完成的人的，不能只给几位：去掉名字再说一次吧。
remind-how-period = 提醒只管当前这一期，先没发。往期还差谁，直接问我就行。
remind-how-day = 一次看一天：“明天会提醒谁”“周四会提醒谁”。
remind-how-now = 没太听明白，先没提醒。要现在就提醒大家，说“现在提醒没完成{ $duty }的”。
remind-how-stop = 提醒先没动。“下次提醒”看有哪些，“删除第1个提醒”删掉自己加的，“暂停提醒 一周”先停一阵，“提醒记录”看发了没有。
remind-how-pause = 从哪天停到哪天没听明白，先没动。可以说“暂停提醒 一周”“暂停提醒到12月1日”“12月1日到12月10日暂停提醒”；“恢复提醒”马上继续。
remind-how-words = { $words ->
    [none] {""}
   *[other] 现在末尾说的是：{ $words }。
    }想在提醒末尾加一句，说“{ $duty }提醒语：记得截图”；改回原来的，说“{ $duty }提醒语改成默认”。
preview-head = 照现在的记录，{ $day }会提醒：
preview-line = { $time } { $unit ->
    [none] {""}
   *[other] { $unit }{" "}
    }{ $duty }：{ $count } 位{ $names ->
    [none] {""}
   *[other] （{ $names }）
    }{ $hushed ->
    [yes] ，但提醒已暂停
   *[no] {""}
    }
preview-unopened = { $time } { $unit ->
    [none] {""}
   *[other] { $unit }{" "}
    }{ $duty }：还没开始签到，只私下告诉团支书{ $hushed ->
    [yes] ，但提醒已暂停
   *[no] {""}
    }
preview-more = 还有 { $count } 条。
preview-none = 照现在的记录，{ $day }没有要提醒的人。
hushed = 好的，{ $unit }{ $duty ->
    [none] 的提醒
   *[other] 的{ $duty }提醒
    }{ $from ->
    [none] { $until ->
        [none] 先停下，说“恢复提醒”再继续。
       *[other] 停到{ $until }为止，想早点继续就说“恢复提醒”。
        }
   *[other] 从{ $from }起停{ $until ->
        [none] ，说“恢复提醒”再继续。
       *[other] 到{ $until }为止，不想停了就说“恢复提醒”。
        }
    }
hushed-above = { $unit }那边停了{ $duty ->
    [none] 提醒
   *[other] { $duty }的提醒
    }{ $until ->
    [none] {""}
   *[other] ，到{ $until }为止
    }：要恢复得由他们来说，这里的也跟着停。
hushed-later = 说好的从{ $from }起停{ $duty ->
    [none] 提醒
   *[other] { $duty }的提醒
    }，这个还留着；不要了就再说一次“恢复提醒”。
hush-past = 这个日子已经过去了，停到哪天？比如“暂停提醒 一周”。
unhushed = 好的，{ $unit }{ $duty ->
    [none] 的提醒
   *[other] 的{ $duty }提醒
    }恢复了。
unhushed-one = 好的，{ $unit }的{ $duty }提醒恢复了，其他的还停着。
not-hushed = { $unit }的提醒没有暂停。
wording-set = 好的，以后{ $duty }的提醒末尾说：{ $text }
wording-usual = 好的，{ $duty }的提醒改回原来的说法。
reminder-log-head = 最近的提醒：
reminder-log-none = 还没有提醒过。
log-asked = { $duty }（随时提醒）
log-notice = 通知“{ $title }”
log-chase = 催通知“{ $title }”
reminder-log-line = { $time } { $unit ->
    [none] {""}
   *[other] { $unit }{" "}
    }{ $duty }：{ $outcome ->
    [sent] 已发 { $sent } 条
    [waiting] 已发 { $sent } 条，还有的在等
    [failed] 已发 { $sent } 条，{ $failed } 条没发出去（{ $why ->
    [muted] 我被禁言了
    [gone] 我不在那个群，或对方没加我
    [late] 过了时候
    [unsure] 没得到回音
   *[refused] 平台没让发
    }）
    [nobody] 没有要提醒的人
    [unreached] 没发：没有群，也没有能私聊的账号
    [spared] 都提醒过了，没再发
    [paused] 提醒暂停中，没发
    [held] 记录可能不全，等团支书确认
    [released] 等着发
    [declined] 团支书说这次不发
    [lapsed] 没等到团支书确认，没发
   *[skipped] 错过时间，没发
    }{ $count ->
    [0] {""}
   *[other] ，点到 { $count } 位
    }{ $names ->
    [none] {""}
   *[other] ：{ $names }
    }

## 没发出去的、先不发的 what did not go out

word-in-group = 有几句话要私下告诉团支书，可私聊发不过去。请团支书加我好友，再私聊我说“提醒记录”。
failed-head = { $unit }有 { $count } 条提醒没发出去：
failed-line = { $time ->
    [none] {""}
   *[other] { $time }{" "}
    }{ $duty ->
    [none] 通知
   *[other] { $duty }
    }{ $place ->
    [private] （私聊）
   *[group] （群里）
    }：{ $why }
failed-why = { $why ->
    [muted] 我被禁言了
    [gone] 我不在那个群，或对方没加我
    [late] 一直没能发出，已经过了时候
    [unsure] 可能发出了，但没得到回音
   *[refused] 平台没让发
    }
failed-end = 还要发就回“重发”，只会提醒还没完成的。
waiting-head = { $unit }有 { $count } 条提醒在等，那边要先有人说话我才能发：
waiting-line = { $duty ->
    [none] 通知
   *[other] { $duty }
    }{ $place ->
    [private] （私聊）
   *[other] （群里）
    }，等到 { $until }
waiting-end = 有人在那里@我说句话，就会一起带上；急的话请先转告大家。
resend-going = 好的，重发 { $count } 条，已经完成的不会再提醒。
resend-done = 大家都完成了，不用再提醒。
resend-nothing = 最近没有没发出去的提醒。
held-head = { $unit }有 { $count } 条提醒先没发，记录可能不全：
held-line = { $time } { $duty }：{ $why ->
    [deaf] { $from } 到 { $until } 我没听到群里的消息
    [offline] 从 { $from } 起我掉线了
    [import] 有导入的文件还没确认
   *[list] 接龙里有人还没确认
    }（{ $good }前有效）
held-end = 照现在的记录发就回“是”，不发回“不是”。
held-what = { $units }{ $more ->
    [yes] 等 { $count } 个支部
   *[no] {""}
    }的{ $duties }提醒
held-sent = 好的，{ $what }{ $when ->
    [none] 这就发。
   *[other] 到 { $when } 再发，现在太晚了。
    }
held-dropped = 好的，{ $what }这次不发。
held-ask = { $what }还没发，等你一句话。照现在的记录发回“是”，不发回“不是”。
held-over = 那几条提醒已经不用等了，没有再动。
deaf-head = { $unit }的群里，有一段时间我没听到大家说话，也补不回来：
deaf-line = { $from } 到 { $until }
deaf-end = 这段时间里在群里或私聊里报过的，请大家再说一遍。
resumed-sending = 好的，{ $accounts } 恢复发送了。
resume-nothing = 没有被停发的账号。

## 给管理员 to the operator

alarm-offline = { $account } 从 { $since } 起掉线了：收不到消息，也发不出提醒。看看客户端是否在运行、是否还登录着。
alarm-online = { $account } 恢复了（{ $since } 起掉线）。
alarm-throttled = { $account } 被平台限流，已停发{ $until ->
    [none] 。
   *[other] 到 { $until }。
    }先手动登录看看能不能正常发言；要提前恢复，执行 zhibu resume { $account }，或对我说“恢复发送”。
alarm-failed = 有 { $count } 条提醒没发出去（{ $why }）。能联系上的团支书或上级会收到通知。
alarm-clock = 这台机器的时钟一下子跳到了 { $date }。先不结账期、不清理旧数据、不推送通知：一小时后它还是这样，就按这个时间来。要是没错，运行 zhibu resume clock 立刻生效；要是错了，请校准时钟。
alarm-absent = 配置了 { $platform }，但一直没有账号连上来：收不到消息，也发不出提醒。看看客户端是否在运行，地址和口令是否填对了。
alarm-holidays = 不知道 { $year } 年的节假日，先按普通工作日算。请补上 holidays/{ $year }.toml。

## 通知 notices

notice-ask = 要发到 { $count } 个群：
    { $text }
    回“是”就发；要带文件（1 MB 以内）就先把文件发给我，不发了回“不是”。
notice-with-file = 好的，带上“{ $file }”。回“是”就发。
notice-file = 文件没取到，或者超过 { $size } KB。换个小点的，或回“是”不带文件发。
notice-sent = 发了，{ $count } 个群。谁看到了会回“收到”，想知道谁没回就说“谁没收到”。
notice-dropped = 好，通知不发了。
notice-body = 【通知】{ $text }
    看到请回“收到”。
notice-no-unit = 这里下面没有叫“{ $unit }”的组织，写全名试试。
notice-two-units = 叫“{ $unit }”的不止一个，写上它的上级，比如“白泥镇团委/第一团支部”。
notice-nowhere = 这些支部还没有绑定的群，先在群里说“绑定本群”。
notice-none = 最近没有发过通知。
notice-chased = 这条通知已经催过一次了。
notice-not-out = 这条通知还没发出去，等发到群里了再催。
notice-chasing = 好的，去催还没回的 { $count } 位。
receipts-head = { $time }的通知“{ $title }”：
receipts-line = { $unit } { $expected } 位，已回 { $read } 位{ $count ->
    [0] ，都看到了
   *[other] ，还没回的 { $count } 位：{ $names }
    }
chase-head = 通知“{ $title }”还有 { $count } 位没回：
chase-end = 看到请回“收到”。
push-made = 记下了，会按时推送到 { $count } 个群，下一次是{ $time }。说“定时推送”能看到，按编号删除。
pushes-head = 定时推送：
pushes-line = [{ $n }] { $time ->
    [none] 不再推送
   *[other] { $time }
    } { $title }
pushes-none = 还没有定时推送。说“每周一8点推送：学习材料……”就能加一个。
pushes-no-such = 没有这个编号，定时推送有 { $count } 个。
push-dropped = 好的，这个定时推送删掉了。
push-stopped = 定时推送“{ $title }”停了：设它的人已经不能在这里发通知了。还要推的话，请再说一次，比如“每周一8点推送：{ $title }”。
preview-check-in = { $time } { $unit ->
    [none] {""}
   *[other] { $unit }{" "}
    }{ $duty }：开始签到{ $hushed ->
    [yes] ，但提醒已暂停
   *[no] {""}
    }

## 汇总备案 what is filed above

return-head = 【{ $unit }】{ $period }{ $duty }汇总备案{ $open ->
    [yes] （{ $due } 才截止，先按现在的算）
   *[no] （{ $due } 截止）
    }
return-line = 应完成 { $expected } = 已完成 { $done } + 请假或免 { $excused } + 未完成 { $missing }，完成率 { $rate }；其中逾期 { $late }，后台已录 { $official }，未绑定账号 { $unregistered }
return-names = 未完成：{ $names }
return-branch = { $unit }：{ $done }/{ $expected }，{ $rate }{ $missing ->
    [0] {""}
   *[other] ；未完成：{ $names }
    }
return-more = 还有 { $count } 个支部，都在表里：zhibu export return。
return-foot = 报送：{ $who }，{ $day }
return-over = { $period }{ $duty }截止了，汇总备案替你写好了，核对一下就能往上报。要表格，私聊我说“{ $period }{ $duty }汇总备案”。
return-reminder = { $duty }汇总备案
return-one = 汇总一次报一期，说清是哪一期，比如“上周大学习汇总备案”。
return-which = 汇总备案是哪一项的？比如“大学习汇总备案”。钱的说“账本”或“导出团费台账”。
