# Every word the bot says, in English: the same keys and variables as zh-CN.ftl, whose head says how keys are named.

## Greeting, help

hello = Here I am. Report dues, study or attendance by just saying so; “help” shows how.
help-tell = When something is done, say so { $chat ->
    [private] here
   *[group] in the group
    }: { $examples }
help-ask = To ask{ $chat ->
    [private] {""}
   *[group] , mention me first
    }: { $examples }
help-manage = To run the branch: { $examples }
help-between = {" · "}
help-report = { $measure ->
    [money] 交了{ $duty } (paid)
   *[other] { $duty }完成了 (done)
    }
help-check-in = 签到 (check in)
help-leave = { $duty }请假 (leave)
help-chain = #接龙 (the whole list)
help-missing = 谁没{ $measure ->
    [money] 交
    [attendance] 到
   *[other] 完成
    }{ $duty } (who is missing)
help-stats = { $duty }统计 (statistics)
help-own = 我的记录 (my records)
help-undo = 撤销 (undo)
help-bind = 绑定 NAME (bind)
help-unbound = 谁没绑定 (unbound)
help-bind-code = 绑定码 NAME (binding code)
help-unbind = 解绑 NAME
help-appoint = 任命 NAME 为组织委员
help-approve = 全部确认 (approve)
help-open = 开始签到 / 结束签到 (check-in)
help-setup = 绑定本群 (bind this group) · send me the roster file in private
help-checkup = 名册体检 (looks the roster over, in private)
help-settings = 合并回复 / 逐条回复 / 表情回复 (answers in one, each, or by emoji) · 提醒点名 / 提醒不点名 (reminders with or without names) · 提醒只发本群 / 本群不发提醒 / 每个群都提醒 (which groups they go to)
unclear = I did not quite get that. Report with “大学习看完了”, ask with “谁没交团费”; “help” shows more.
# A sum or a time that could not be read whole: nothing was noted
sum-unread = { $fault ->
    [zero] The sum is 0, so nothing was noted. How much is it?
    [minus] The sum is below zero, so nothing was noted. How much is it? To change what is wrong say “撤销” or “更正”.
    [fraction] A sum has two decimals at most, so nothing was noted. How much is it?
    [huge] That sum is too large, so nothing was noted. How much is it really?
    [each] From which month to which, and how much in all? Nothing was noted yet.
   *[other] I could not read the sum, so nothing was noted. One number will do, like 0.2元.
    }
time-unread = I could not read which time “{ $said }” is. Say it by its month, its issue, or “上周”, “上个月”.
unclear-duty = What about { $duty }? Report with “{ $measure ->
    [money] 交了{ $duty }
    [attendance] 签到
   *[other] { $duty }完成了
    }”, or ask “谁没{ $measure ->
    [money] 交
    [attendance] 到
   *[other] 完成
    }{ $duty }”.
unclear-command = I did not understand all of that, so nothing was done. { $what ->
    [approve] What came: “确认张三的团费” or “全部确认”; what did not: “没收到张三的团费”.
    [reject] What did not come: “没收到张三的团费”; what did: “确认张三的团费”; one of them at a time.
    [refund] To give back: “退还张三10月团费”, one at a time.
    [hand-up] What went up: “上缴上级团费0.8元”, one at a time.
    [returned] What came back: “上级返还团费0.4元”, one at a time.
    [carried] What was in hand before: “期初余额12.5元”.
    [exempt] To exempt: “张三免交到12月”.
    [reduce] To reduce: “张三减半到12月” or “张三减为0.1元到12月”.
    [band] To change a band: “张三从12月起月缴5元”, one at a time.
    [open-from] To collect for earlier months: “补收从2026年3月起”.
    [opening] What was settled before: “9月前都交清了”.
    [moved] Who has left: “张三转走了”.
    [relief] To decide: “同意张三的减免” or “驳回张三的减免”.
   *[undo] To take back what was noted last: “撤销”; a band or the opening cash is changed by saying the right one.
    }
not-ours = I do not keep { $what }, only what is set up here; say “help” to see what I can do.
thanks = You are welcome.

## Recorded

recorded-done = Noted: { $name }, { $duty }, { $period }, done.
recorded-done-names = Noted: { $names }, { $duty }, { $period }, done.
recorded-count = Noted: { $name }, { $duty }, { $period }: +{ $value }, { $total } of { $target } so far.
recorded-minutes = Noted: { $name }, { $duty }, { $period }: +{ $value } minutes, { $total } in all.
recorded-paid-group = Got it: { $name }, { $duty }, { $period }{ $claim ->
    [claim] , waiting to be confirmed
   *[done] , recorded
    }.
recorded-paid-private = Got it: { $name }, { $duty }, { $period }, { $amount } yuan{ $extra ->
    [none] {""}
   *[other] {" "}and { $extra } yuan given freely
    }{ $claim ->
    [claim] , waiting for the { $who } to confirm
   *[done] , recorded
    }.
recorded-many-months = That is { $count } months at once, more than usual; if it is wrong, say “undo”.
corrected = Changed: { $was } → { $now }.
corrected-what = { $name } { $period } { $duty }{ $amount ->
    [none] {""}
   *[other] { " " }{ $amount }
    }
corrected-same = Changed: { $now }.
correct-reason = {" "}The reason is noted too.
own-reason = { $duty }, { $period } corrected: { $reason }
correct-yuan = { $amount } yuan
correct-how = Changed to what? For example “correct: October”, “correct: 0.4 yuan”, “correct: it is Zhang San’s”.
correct-nothing = There is nothing to correct.
correct-too-old = That was noted more than { $days } days ago: { $who } can change it.
correct-apart = That message noted several things: say which, or undo it and report again.
correct-session = Check-ins and leave can’t be corrected: undo and say it again.
correct-unfit = The sum does not fit what is owed; nothing was changed. Say the months too, for example “correct: October dues are 0.4 yuan”.
correct-already = { $what } was noted already; nothing was changed.

## Attendance, leave

checked-in = Checked in: { $name }, { $duty }.
checked-in-late = Checked in: { $name }, { $duty } (late).
checked-in-left-early = Noted: { $name }, { $duty } (left early).
checked-in-names = Checked in: { $names }, { $duty } (by proxy).
checked-in-late-names = Checked in: { $names }, { $duty } (by proxy, late).
checked-in-left-early-names = Noted: { $names }, { $duty } (left early).
checked-in-beside = { "" } Not among those expected, so as an observer.
checked-in-over = Entered for the meeting of { $day }, { $at }, which is over; its sheet is put right.
leave-recorded-group = All right, { $name } is on leave for { $duty }, { $period }.
leave-recorded-private = All right, { $name } is on { $kind ->
    [sick] sick leave
   *[personal] personal leave
    } for { $duty }, { $period }.

## Already there

already-done = { $name }, { $duty } for { $period } was noted before.
already-paid = { $name }, { $duty } for { $period } was noted before, so it was not noted again.
already-checked-in = { $name } has checked in already.
already-leave = { $name } already has leave for { $duty }, { $period }.

## The rules of the league, on the roster

rule-under-age = not yet { $figure } at admission{ $count ->
    [0] {""}
   *[other] : { $names }, { $count } in all
    } (charter: members are admitted from { $figure })
rule-over-age = { $figure } or older, without a post{ $count ->
    [0] {""}
   *[other] : { $names }, { $count } in all
    } (charter: they leave the league)
rule-no-number = no league number{ $count ->
    [0] {""}
   *[other] : { $names }, { $count } in all
    } (rules of admission: there is one from { $figure } on)
rule-number-year = a number of another year than that of admission{ $count ->
    [0] {""}
   *[other] : { $names }, { $count } in all
    } (rules of numbers: from { $figure } on the first four digits are the year)
rule-too-few = { $names } has { $count } members, fewer than { $figure } (charter: a branch has at least { $figure })
rule-too-many = { $names } has { $count } members, more than { $figure } (rules for branches: usually at most { $figure })
roster-row-blocked = not admitted: { $rules }; check and import again
checkup-well = Looked at { $count } rosters: nothing to say.
checkup-head = Looked at { $looked } rosters; { $count } with something to check:
checkup-branch = [{ $branch }]
checkup-more = { $count } more branches are not listed: `zhibu check --roster` lists all.
checkup-only-warns = These are warnings; nothing was changed.

## Screenshots

screenshot-beside = The screenshot came too: its hash is kept, the picture is not.
screenshot-unseen = I could not look at the screenshot ({ $why ->
    [large] it is too large
    [kind] I read png, jpeg, webp and gif
    [unclear] it is unclear
   *[gone] it did not arrive
    }); noted as you said, no need to send it again.
screenshot-unseen-alone = I could not look at this screenshot ({ $why ->
    [large] it is too large
    [kind] I read png, jpeg, webp and gif
    [unclear] it is unclear
   *[gone] it did not arrive
    }). When it is done, just tell me: { $duty } done.
screenshot-ask = Does this show { $duty }, { $period }, done? Say yes and I note it; if it is another one, tell me which is done.
screenshot-kept = Got the screenshot: { $duty }, { $period }, is noted. Its hash is kept, the picture is not.
screenshot-known = { $duty }, { $period }, was noted before: no need for another screenshot.
screenshot-not-needed = { $duty } needs no screenshot: just tell me.
screenshot-alike = Please have a look: what { $name } sent ({ $day }) for { $duty }, { $period }, looks much like what { $whose ->
    [own] the same member
   *[other] { $other }
    } sent ({ $before }) for { $of }.
screenshot-alike-counts = It may be that everybody gets the same page, or that a wrong picture was sent. It counts all the same; whether to ask is yours to decide.
screenshot-same-page = Several screenshots for { $duty }, { $period }, look alike: it is probably the page itself, so I say no more of it for this one.

## Questions

ask-amount-fits = { $amount } yuan: for { $named } alone, or for { $fits }? Say “1” for { $named }, “2” for { $fits }.
ask-amount-fits-group = Is that for { $named } alone, or for { $fits }? Say “1” for { $named }, “2” for { $fits }.
ask-amount-again = Which one? Say “1” for { $named }, “2” for { $fits }; “no” if neither.
ask-months-again = Which months is it for? Just say “9月和10月”; “no” to leave it.
ask-amount-fits-oldest = { $amount } yuan is exactly { $fits }. Shall I note that? Say yes or no.
ask-amount-odd-private = { $amount } yuan does not fit { $named }, for which { $due } yuan is due. Which months is it for?
ask-amount-odd-group = That sum does not fit { $named }, so nothing is noted yet. Which months is it for?
ask-second-payment = { $paid } was noted today already. Is this for { $next }? Say yes to note it.
ask-meant-private = Did you pay { $amount } yuan of { $duty }? Say yes to note it.
ask-meant-group = Did you pay { $duty }? Say yes to note it.
pay-too-far = { $duty } can be paid ahead up to { $period }; nothing was noted.
pay-several-unfit = { $count } months of { $duty } do not make that sum, so nothing was noted. Say it again with the months and the sum, such as “paid dues for Sep and Oct”.
ask-which-of-several = Which { $count } of { $duty }? Say them one by one, for example “done last week’s”; nothing is noted yet.
ask-which-session = Several check-ins are open: { $sessions }. Which one? Say it with its code or name.
ask-which-duty = Which one? { $duties }
ask-similar-name = { $name } is not on the roster. Did you mean { $similar }?
ask-still-open = That does not tell me which: answer as was asked above, or say “算了” to leave it.
name-left = “{ $name }” is not on the roster here any more; what was recorded stays.
ask-nothing-open = I am not waiting for an answer of yours. Just tell me what to do.
answered-no = All right, not noted.
answered-no-keep = All right, nothing changed.

## Refusals

no-session = No check-in is open.
check-in-then = Only the meeting that is on can be checked in to; nothing was recorded for { $period }. Ask the secretary to add it.
session-which = Several check-ins for { $duty } are open: { $teams }. Say which.
no-session-duty = No check-in is open for { $duty }.
wrong-code = That code is wrong; have another look?
code-missing = This check-in needs a code, such as “签到 1234”.
not-owed = { $name } { $measure ->
    [money] owes no
    [attendance] was not expected at
   *[other] had no
    } { $duty } for { $period }: not yet a member then, or the branch had not begun to keep records here.
not-owed-elsewhere = { $name }: { $duty } for { $period } was recorded in the branch before this one; nothing more to { $measure ->
    [money] pay
    [attendance] attend
   *[other] report
    } here.
not-owed-free = { $name } owes no { $duty } for { $period }. To give all the same: 自愿多交1元{ $duty }.
not-owed-left = { $name } is on the roster of { $unit } no more, so { $duty } for { $period } is not noted here. In another branch now: say it in that group. Not gone at all: the secretary sends me the roster once more.
not-on-roster-group = I do not know this account yet, so nothing was noted. Message me in private: 绑定 NAME.
not-on-roster-private = I do not know you yet. Say “绑定 NAME”; once the secretary agrees it works. With a code: “绑定 NAME CODE”.
setup-stranger = I do not know you yet. Send me “绑定 NAME” in private first, then say “绑定本群” here. On a new installation, whoever runs me has an activation code: send “激活 CODE NAME PATH” in private.
chat-not-bound = This group belongs to no branch yet; please ask the secretary to say “绑定本群” here.
chat-no-unit = There is no branch here; say it in your branch's group, or bind your account first.
chat-other-unit = This is the group of { $unit }, and you are not on its roster; nothing was noted. Say it in your own branch's group, or to me in private.
no-such-name = Nobody on the roster is called { $name }.
no-such-unit = There is no unit “{ $path }”. Write it from the top with “/”: 余庆县团委/白泥镇团委/机关团支部.
period-not-yet = { $period } has not come yet, so nothing was noted.
period-unclear = I did not get which period; say 上周, 10月 or 第三季度.
private-only = That only works in a private chat with me.
permission-refused = That is for the { $who } to do; ask them to tell me.
unit-role = { $who } of { $unit }

## Who is missing

missing-names = { $duty }, { $period }: { $count } { $measure ->
    [money] not paid
    [attendance] not checked in
   *[other] not done
    }: { $names }
missing-number = { $duty }, { $period }: { $count } { $measure ->
    [money] not paid
    [attendance] not checked in
   *[other] not done
    } yet. The names go to the { $who } only (ask me in private).
missing-number-private = { $duty }, { $period }: { $count } { $measure ->
    [money] not paid
    [attendance] not checked in
   *[other] not done
    } yet. Only the { $who } may see the names.
missing-none = { $duty }, { $period }: everybody { $measure ->
    [money] has paid
    [attendance] is here
   *[other] is done
    }. Well done.
missing-parts = {" "}({ $measure ->
    [money] { $expected } owe it, { $done } paid
    [attendance] { $expected } expected, { $done } here
   *[other] { $expected } expected, { $done } done
    }{ $excused ->
    [0] {""}
   *[other] , { $excused } excused
    }{ $unbound ->
    [0] {""}
   *[other] , { $unbound } without an account
    })
missing-arrears = { $count } { $measure ->
    [money] have not paid
   *[other] have not done
    } all earlier periods.
missing-at-meeting = this meeting
unit-unknown = There is no { $kind ->
    [branch] branch
   *[other] unit
    } called “{ $unit }”; please look at the name again.
unit-not-yours = { $asks ->
    [reading] What there is of { $unit } is for itself and the units above.
   *[doing] What is done for { $unit } is done by itself and the units above.
    }
unit-not-here = This is the group of { $here }; speak to me of { $unit } in private, or in its own group.
name-one-at-a-time = Of those who are called { $name }, please speak of one at a time.
unit-group = A group like { $group } cannot be looked at by itself yet; leave it out for the whole branch.
unit-one-at-a-time = One unit at a time, please.
unit-told = { $unit }: { $told }
unit-several = More than one unit is called “{ $unit }”: write the name of the unit above before it.
missing-no-session = { $duty }, { $period }: there was no check-in yet.
missing-nobody-expected = { $duty }, { $period }: nobody is expected.
missing-owed = { $duty }, { $until_now ->
    [yes] up to { $period }
   *[no] { $period }
    }: { $count } have not paid all, { $amount } yuan together: { $names }
missing-owed-one = { $name } ({ $period }, { $amount } yuan)
missing-waiting = { $amount } yuan reported and waiting to be confirmed.
missing-tree = { $unit }, { $duty }, { $period }: { $measure ->
    [money] { $expected } owe it, { $done } paid
    [attendance] { $expected } expected, { $done } here
   *[other] { $expected } expected, { $done } done
    }, { $missing } missing{ $excused ->
    [0] {""}
   *[other] {" "}({ $excused } more excused)
    }.
missing-unit = { $unit }: { $count } missing
missing-unit-names = { $unit }, { $count }: { $names }
missing-units-more = … and { $count } more units
missing-unbound = ({ $count } of them without a bound account)
period-to-come = { $period } has not come yet.

## Statistics

stats-line = { $unit ->
    [none] {""}
   *[other] { $unit } {""}
    }{ $duty }, { $period }: { $measure ->
    [money] { $expected } owe it = { $done } paid + { $excused } exempt + { $missing } not paid, rate { $rate }
    [attendance] { $expected } expected = { $done } present + { $excused } on leave + { $missing } absent, rate { $rate }
   *[other] { $expected } expected = { $done } done + { $excused } excused + { $missing } not done, rate { $rate }
    }{ $several ->
    [yes] {" "}(person by period)
   *[no] {""}
    }{ $late ->
    [0] {""}
   *[other] , { $late } of them late
    }{ $beside ->
    [0] {""}
   *[other] ; { $beside } more reported who were not expected, and are not counted
    }
stats-nobody-expected = Nobody is expected for { $duty }, { $period }{ $beside ->
    [0] .
   *[other] ; { $beside } reported it: kept, and not counted in the rate.
    }
stats-money-private = { $amount } yuan reported, { $confirmed } confirmed.
stats-unbound = { $count } have no bound account: I can't tell what they say.
stats-running = { $period } still runs and is not counted ({ $done }/{ $expected } so far).
stats-unopened = Of these { $period } had no issue; each counts as one all the same.
stats-unit = { $unit }: { $done }/{ $expected }, { $rate }

## One's own records

own-title = Records of { $name }:
own-group = { $name }, noted so far: { $done }. For the rest, message me “我的记录” in private.
own-group-one = { $duty } { $period }
own-in-private = { $name }, I tell you your records in private: message me “我的记录”.
own-arrears = { $duty }: { $paid_to ->
    [none] nothing paid yet
   *[other] last paid { $paid_to }
    }{ $waiting ->
    [none] {""}
   *[other] {" "}({ $waiting } yuan to be confirmed)
    }{ $count ->
    [0] , nothing owed
   *[other] ; not paid: { $period }, { $amount } yuan in all
    }.
own-relief = { $duty }, { $period }: { $amount ->
    [none] exempt
   *[other] only { $amount } yuan a period
    }{ $who ->
    [none] {""}
   *[other] , decided by { $who }
    }{ $approver ->
    [none] {""}
   *[other] , approved by { $approver }
    }{ $reason ->
    [none] {""}
   *[other] {" "}({ $reason })
    }.
own-relief-waits = { $duty }, { $period }: { $what }, waits for a word from above; until then it is owed as before.
own-part-elsewhere = { $amount } yuan of { $duty } for { $period } were paid in the branch before this one: only the rest is owed here.
own-extra = { $amount } yuan given beside { $duty }, kept apart.
own-course = { $duty }: { $expected } due, { $done } { $measure ->
    [attendance] attended
   *[other] done
    }{ $excused ->
    [0] {""}
   *[other] , { $excused } excused
    }{ $missing ->
    [0] {""}
   *[other] , { $missing } missing ({ $period }{ $more ->
    [yes] {" "}…
   *[no] {""}
    })
    }{ $open ->
    [none] {""}
   *[other] ; { $open } is still open
    }.
my-data =
    What I keep: the name { $name }{ $number ->
    [none] {""}
   *[other] , league number { $number }
    }{ $born ->
    [none] {""}
   *[other] , born { $born }
    }{ $joined ->
    [none] {""}
   *[other] , admitted { $joined }
    }, the branch { $unit }, the accounts { $accounts }{ $roles ->
    [none] {""}
   *[other] , in charge of { $roles }
    }; { $bands } dues bands, { $records } records, { $lists } lines of lists, { $screenshots } hashes of screenshots, { $requests } requests for binding{ $notes ->
    [0] {""}
   *[other] , { $notes } lines in records of meetings
    }{ $leave ->
    [0] {""}
   *[other] , { $leave } requests for leave
    }{ $ahead ->
    [0] {""}
   *[other] , { $ahead } leaves told ahead
    }{ $reliefs ->
    [0] {""}
   *[other] , { $reliefs } exemptions or reductions
    }{ $read ->
    [0] {""}
   *[other] , { $read } notices that you answered
    }{ $reminded ->
    [0] {""}
   *[other] , { $reminded } reminders
    }.
    No chat text, no pictures, no reason of illness. To correct something, tell the secretary; to delete it all, say “删除我的数据”.
    Say yes to get all of it as json.
my-data-no = All right.
my-data-long = { $name }: { $count } parts are too many for a chat. Ask the operator for `zhibu export person { $name }`.
erase-ask =
    { $name }, delete your personal data? It can't be brought back.
    Goes: name, league number, birth, posts, bound accounts and requests, hashes of screenshots, your lines in lists, your name in records of meetings and notices{ $roles ->
    [none] {""}
   *[other] , your roles at { $roles }
    }.
    Stays: { $records } records without a name, so that the branch's sums stay true. You are no member any more, and I will not know you.{ $alone ->
    [none] {""}
   *[other] {""}
    Mind: nobody else is in charge of { $alone }; let somebody take over first.
    }
    Say yes or no.
erase-done = Deleted: I have neither your name nor your accounts any more. To come back, ask the secretary to put you on the roster again.{ $unread ->
    [0] {""}
   *[other] {""}
    { $unread } pictures, PDFs or the like wait to be sent, and I can't read what is in them: if your name is, tell whoever sends the notice. They go once they are sent.
    }
erase-kept = All right, nothing was deleted.
show-brackets = {" "}({ $inside })
show-number-end = number ending { $end }

## Undo, recall

undone = Undone: { $what }.
undo-what = { $name } { $duty }, { $period }
undo-confirmation = { $name } { $duty }, { $period } (confirmation)
undo-refund = the refund of { $name } { $duty } { $period }
undo-hand-up = what went up of { $duty } { $period }
undo-returned = what came back of { $duty } { $period }
undo-carried = what was in hand of { $duty } before
undo-extra = the gift of { $name } beside { $duty }
undo-exempt = the exemption of { $name } from { $duty } { $period }
undo-opening = that { $name } had settled { $duty } { $period } before
undo-confirmed = That is confirmed already; the { $who } can change it.
undo-still = Of { $names } there is another record ({ $evidence }): still done.
undo-no-such = No such record was found, so nothing was changed. To take back the last one, say “撤销”.
undo-band = A band is not taken back, and nothing was changed: just say which one it is, for example “姓名 从3月起月缴5元”.
undo-months = Months that were opened can't be closed again, and nothing was changed. What was settled before is said so: “12月前都交清了”, “姓名 3月前都交清了”.
note-undone = Taken away ({ $kind }): { $text }.
void-ask = Make the { $duty } check-in of { $unit } that began at { $at } void? { $count ->
    [0] Nobody has checked in or is on leave.
   *[other] { $count } check-ins and leaves of it go as well.
    } What was noted is shown no more. Say yes or no.
void-which = Which one is to go?
    1. { $what }
    2. the whole { $duty } check-in that began at { $at } ({ $count } check-ins and leaves go as well)
    Say 1 or 2, no for neither.
void-again = Say 1 for what you entered, 2 for the whole check-in, no for neither.
void-yes = Say yes to make this check-in void, or no.
void-own = 1 what I entered
void-whole = 2 the whole check-in
void-done = The { $duty } check-in of { $unit } that began at { $at } is void{ $count ->
    [0] {""}
   *[other] , and { $count } check-ins and leaves of it are taken back
    }. To open another, say “开始签到”.
undo-nothing = There is nothing to undo.
undo-quoted-nothing = The message that you quoted entered nothing, or that was undone before; nothing was changed. To undo the last one, say “撤销” without quoting.
undo-too-old = That was noted more than { $days } days ago: { $who } can undo it.
undo-which = There is nothing of the last { $days } days to undo. Of what is older say whose and what, for example “撤销张三10月团费”, or say “撤销” to that message.
undo-leave = the leave{ $names ->
    [none] {""}
   *[other] {" "}of { $names }
    } from { $duty }, { $days }
undo-no-move = No such leaving by your word was found, so nothing was changed. To bring somebody back, send me a roster with them.
undo-move-elsewhere = { $name } is on the roster of another branch by now, so nothing was changed. To bring them back, send me a roster with them.
undo-no-record = That is nothing that “撤销” takes back, so nothing was changed: dismiss from an office with “免去 姓名 职务”, unbind with “解绑 姓名”, drop a reminder with “删除第 1 个提醒”, or send me the corrected roster.
undone-move = Undone: { $names } on the roster of { $unit } as if they had never left.
recall-offer = The message that you took back had recorded: { $what }. Undo that too? Say yes.
recall-confirmed = The message that you took back had recorded: { $what }. That is confirmed already and stays. To change it, ask { $who }.
edited = Updated as you changed your message: { $was } → { $now }.
edited-offer = The message that you changed had entered: { $what }. It says nothing now that I can enter: take that back? Answer “是” to do so.
edited-already = You changed your message, but { $what } had been entered before: { $was } stays as it was.
edited-unfit = You changed your message, but I can't enter what it says now: { $was } stays as it was. Say “撤销” and report it again.
edited-confirmed = You changed your message, but { $what } is confirmed already and stays. To change it, ask { $who }.
edited-confirmed-ask = You changed your message, but { $what } is confirmed already and stays. Take it back? Answer “是” to do so.
edited-again = The roster changed just now, and your changed message was not entered: change it once more, or say “撤销”.
menu-help = What I do, and how to say it
menu-mine = My records, and what I still owe
menu-missing = Who has not done it yet, such as /missing 青年大学习
menu-stats = Rates, such as /stats 团费
menu-undo = Take back what I just reported
menu-bind = Bind my account, such as /bind 张三
menu-setup = Bind this group to its branch
menu-mydata = What is kept of me
button-yes = 是
button-no = 否
button-gone = That question is over. Say it again to go on.
button-not-yours = These buttons ask somebody else: yours does not count.
recall-kept = All right, the record stays.

## What an official account says itself
official-welcome = Hello, I keep the branch's records. First send “绑定 NAME” to tell me who you are; once the secretary says yes, just talk to me: “交了团费”, “我欠多少”.
official-more = (more: send “继续”)
official-rest = (the rest of the last answer)

## Accounts to members

stranger-matched = I take you for { $name }; the secretary must confirm that. Then say it again and it is noted.
stranger-unknown = I do not know this account yet, so nothing was noted. Say “绑定 NAME” to tell me who you are.
stranger-private = I do not know you yet. Say “绑定 NAME”; once the secretary agrees it works. With a code: “绑定 NAME CODE”.
bind-asked = All right, { $name }; it works once the secretary agrees.
bind-waits-secretary = { $name } wants to bind an account{ $more ->
    [0] {""}
   *[other] ; { $more } more wait
}. Send me “谁没绑定” to see the list, and answer “全部确认” where it is right.
bind-waits-second = { $name } has an account already, and another one ({ $account }) asks to be theirs. Ask them first: if it is, answer “确认 { $name }”; if not, leave it{ $more ->
    [0] {""}
   *[other] . { $more } more wait
}.
bind-second = { $name } has an account already; the secretary must agree to another.
bind-done = Done, { $name } ({ $branch }). From now on just tell me.
bind-already = You are bound as { $name } already.
bind-other = This account is bound already and can't be somebody else's; ask the secretary.
bind-taken = This account is somebody else's already; ask the secretary.
bind-namesakes = { $count } people here are called { $name }. Ask the secretary for a code, then say “绑定 { $name } CODE”.
bind-namesakes-private = { $count } people are called { $name }. Say “绑定 { $name }” in your branch's group, or ask the secretary for a code.
bind-unknown = Nobody on the roster is called { $name }. If the name is right, ask the secretary to look at the roster.
bind-unknown-private = Nobody on the roster is called { $name }. If the name is right, ask your secretary to look at the roster.
bind-similar = Nobody on the roster is called { $name }. Did you mean { $similar }? Say “绑定 NAME” again.
code-in-private = I give binding codes in private only: message me.
code-for-whom = For whom? Say: 绑定码 张三
code-unknown = Nobody on the roster is called { $name }.
code-not-yours = { $name } is not in a unit of yours; their secretary can give the code.
code-namesakes = I can't tell { $count } people called { $name } apart; add their groups or league numbers to the roster first.
code-line = { $name }{ $which }: { $code }
code-how = Good for 24 hours, once. They send me “绑定 NAME CODE”.
code-wrong = That code is wrong, used or too old. Look again, or ask the secretary for another.
code-too-often = Too many wrong codes. Try again in an hour, or ask the secretary.
unbound-names = { $count } of { $total } without a bound account: { $names }
unbound-count = { $count } of { $total } without a bound account:
unbound-branch = { $branch }: { $count }
unbound-nobody = All { $total } on the roster are bound.
unbound-no-roster = The roster is empty. Send me the file (xlsx, xls, csv) in private.
unbound-too-many = There are too many branches; ask in their groups.
bindings-pending = { $count } accounts wait: { $list }{ $rest ->
    [0] {""}
   *[other] {" "}… and { $rest } more
    }
bindings-one = { $n }.{ $name }
bindings-one-account = { $name } (account { $account })
bindings-one-card = { $n }.{ $name } (card “{ $card }”)
bindings-ask = If that is right, say “全部确认”, and these { $count } are bound.
bindings-second = { $names }: they have an account, and another wants to be theirs. If it is, say “确认 NAME”.
bindings-rivals = More than one account claims to be { $names }: say “绑定码 NAME” and give the code to the right one.
bindings-done = Bound { $count }: { $names }. They can talk to me now.
bindings-taken = { $names }: the account is somebody else's by now; not bound.
bindings-none = No account waits any more.
cards-matched = { $strangers } accounts in the group are not bound; { $matched } were recognised by their cards.
cards-unmatched = { $count } cards that I can't place: { $cards }
cards-left = { $count } on the roster without an account yet: { $names }. They can change their card, or say “绑定 NAME”.
cards-all-bound = Everybody on the roster is bound.
cards-no-roster = The roster is empty: send me the file (xlsx, xls, csv) in private.
cards-not-listed = I can't get the members' list now; members can say “绑定 NAME” themselves.

## Appointing
appointed = { $name } is { $role } of { $unit } now.
appointed-already = { $name } is { $role } of { $unit } already.
appointed-not = { $name } is not { $role } of { $unit }.
appointed-own = Let another who may take your own role from you, so that somebody stays in charge.
dismissed = { $name } is not { $role } of { $unit } any more.
appoint-namesakes = { $count } are called { $name }: write the post on the roster and import it.

## Whose
whose-report = Whose is not clear, so nothing was noted. Say “我…” for yourself, “替{ $name }…” for { $name }.

## Unbinding

unbind-ask = Unbind this account from { $name }? I will not know you any more, and binding again takes the secretary; your records stay. Say yes or no.
unbind-ask-office = Unbind this account from { $name }? You look after a unit: this account could not any more, and binding again takes another who may; your records stay. Say yes or no.
unbind-which = { $count } are called { $name }: { $list }. Whose? Say the number.
unbind-choice = { $n }. { $name }{ $which }
unbind-none = { $name } has no account bound.
unbind-done = Unbound { $count } of { $name }'s accounts; the records stay. To bind again, they say “绑定 { $name }”.
unbind-done-own = Unbound; your records stay. To bind again, say “绑定 NAME”.
unbind-kept = All right, nothing was unbound.

## Approving

approve-claims-private = { $unit }, { $duty }: { $count } to confirm, { $amount } yuan in all: { $names }{ $rest ->
    [0] {""}
   *[other] {" "}… and { $rest } more
    }. Say “全部确认”, or “确认 NAME”.
approve-claims-group = { $duty }: { $count } to confirm. Message me “确认{ $duty }” for names and sums.
approve-claims-more = { $duty }: { $count } more to confirm; say “确认{ $duty }” for the list.
approve-one = { $name } ({ $period }, { $amount } yuan)
approve-done = { $duty } confirmed for { $count }: { $names }.
approve-done-private = { $duty } confirmed for { $count }, { $amount } yuan in all: { $names }.
approve-also = { $duty } of { $name } waits too; say “确认{ $name }的{ $duty }”.
leave-namesakes = More than one “{ $name }” asks for leave; nothing was done. Say that one name to me in private and choose.
approve-namesakes = More than one “{ $name }” has something to confirm; nothing was done. Say that one name to me in private and choose.
namesakes-which = { $count } are called { $name }: { $list }. Which one? Answer with the number.
approve-differs = That is not what waits, so nothing was confirmed{ $list ->
    [none] . Message me “确认团费” for names and sums.
   *[other] : { $list }. To confirm what waits say “确认” and the name; where the sum is wrong “没收到” and the name, and let them report anew.
    }
approve-none = Nothing waits to be confirmed.
approve-not-waiting = { $names }: nothing waits to be confirmed.

## First secretary, binding a chat

activate-done = Done: { $name } is secretary of { $unit } and operator of { $top }. Next, take me into the branch's group and say “绑定本群” there, mentioning me; then send me the roster file (xlsx, xls, csv) in private.
activate-wrong = That code is wrong or was used before.
activate-over = Somebody is in charge already; the code is no longer good. Ask the secretary for a role.
activate-private = Keep that code to yourself: message me in private.
activate-usage = Say: 激活 CODE NAME PATH, such as 激活 ABCD-1234 张三 余庆县团委/白泥镇团委/机关团支部
activate-other-account = This account is somebody else's already; use another.
activate-namesakes = Several people in that branch are called { $name }. Use `zhibu grant` for one of them.
unit-below-branch = { $unit } is a branch: nothing can be below it. Check the path.
unit-not-branch = { $unit } is there already, as another kind of unit. Check the path.
setup-done = Done, this group belongs to { $unit }. Just say “交了团费”, “大学习看完了”, “签到”.
setup-already = This group belongs to { $unit } already.
setup-other = This group belongs to { $unit } now; its secretary or an operator can change that.
setup-which = To which unit? Say “绑定本群 PATH”. Yours: { $units }
setup-at-only = Here I hear only what mentions me: report with a mention.{ $platform ->
        [qq] {" "}To just say it, let the group's owner switch on “接收全部消息” in my settings here.
        [telegram] {" "}To just say it, make me an admin of the group, or turn privacy mode off at @BotFather (/setprivacy) and add me again.
        [wecom] {" "}So are all bots of WeCom: there is no switch.
       *[other] {""}
    }
setup-no-roster = The roster is empty: send me the file (xlsx, xls, csv) in private.
setup-group-only = Say that in the group: take me there and say “绑定本群”, mentioning me.

## How the bot behaves in a group

settings-here = this group
settings-groups = the { $count } groups of { $unit }
settings-ack = { $ack ->
    [each] All right: in { $place } I answer each report.
    [gathered] All right: in { $place } I wait a little and answer in one message.
   *[reaction] All right: in { $place } I answer with an emoji.
    }
settings-names = All right: in { $place } reminders name people, those in arrears too. “提醒不点名” undoes it.
settings-no-names = All right: in { $place } reminders name nobody in arrears, only how many; names go to private chats.
settings-reminders = { $how ->
    [only] All right: reminders of { $unit } go to this group only. “每个群都提醒” undoes it.
    [no] All right: no reminders here. { $left ->
        [0] Now no group of { $unit } gets any; “本群也提醒” undoes it.
       *[other] “本群也提醒” undoes it.
        }
    [all] All right: reminders go to all { $count } groups of { $unit }.
   *[yes] All right: reminders come here too.
    }
settings-in-the-group = Say that in the group that is meant, mentioning me; for all of them say “每个群都提醒”.
settings-no-reaction = This platform has no reactions; say “合并回复” (in one message) or “逐条回复” (each).
settings-which = You look after several units: say that in the group that is meant, mentioning me.
settings-no-group = No group is bound to { $unit } yet: say “绑定本群” there, mentioning me.

## Roster

roster-how = The secretary sends me the roster file (xlsx, xls, csv) in private, looks at the preview, and says yes.
roster-apply-ask = Import it? Say yes or no.
roster-comer = { $name } ({ $what })
roster-transfer-ask = Have these { $count } come over (or back): { $names }{ $rest ->
    [0] {""}
   *[other] … and { $rest } more
    }? Say yes to have all of them here from today on; else no. For namesakes add a league number or an account and send the file again.
roster-cancelled = All right, not imported.
roster-private = A roster holds personal data; please send it to me in private.

## Reminders

remind-names = { $duty } ({ $period }){ $until ->
    [none] {""}
   *[other] {" "}closes { $until }
    }, { $count } missing:{" "}
remind-more = { $duty } ({ $period }), continued:{" "}
remind-names-end = Please { $measure ->
    [money] pay
    [attendance] check in
   *[other] finish
    } and tell me here.
remind-number = { $duty }, { $period }: { $count } { $measure ->
    [money] not paid
    [attendance] not checked in
   *[other] not done
    } yet. Whenever it suits you; then tell me.
remind-at-only = (I hear only what mentions me here: mention me when you report)
remind-spared = ({ $spared } more were reminded today and are not named again)
remind-team = { $team }:
remind-no-team = Others:
remind-member = { $name }, { $duty } for { $period } is still { $measure ->
    [money] unpaid
    [attendance] without your check-in
   *[other] to do
    }{ $until ->
    [none] {""}
   *[other] , due { $until }
    }. Tell me once it is done.
remind-unopened = { $unit }, { $duty }, { $period }: nobody has opened check-in yet, so the group was not reminded. When it begins, mention me and say “开始签到 { $duty }”.
remind-praise = { $duty } for { $period }: all { $done } have done it. Well done!
remind-secretary = { $unit }, { $duty }, { $period }: { $count } missing: { $names }
remind-sent = Reminded, { $count } missing.
remind-not-by-name = Nobody is named in the group for { $duty }, so nothing was sent: please tell { $name } in private, or remind all: 提醒没完成{ $duty }的
remind-nobody = { $duty }, { $period }: nobody to remind.
remind-unwanted = { $duty }, { $period }: { $count } missing who were not reminded: the groups of their branch are set to get no reminders. “本群也提醒”, said in the group, undoes it.
remind-no-session = { $duty }, { $period }: { $count ->
    [1] check-in was not opened yet
   *[other] in { $count } branches check-in was not opened yet
    }, so nobody is missing. “开始签到 { $duty }” opens it.
remind-nowhere = { $duty }, { $period }: { $count } missing who were not reminded: their branch has no group that I can write to. The secretary says “绑定本群” there.

## Gathered

gathered-done = { $duty } from { $count }: { $names }
gathered-paid = { $duty } from { $count }, to be confirmed: { $names }
gathered-checked-in = { $count } checked in: { $names }

## Sessions

session-opened = Check-in for { $duty } is open{ $until ->
    [none] {""}
   *[other] {" "}until { $until }
    }. Say “签到” here.
session-opened-code = Check-in for { $duty } is open{ $until ->
    [none] {""}
   *[other] {" "}until { $until }
    }. Say “签到 CODE”; the code is shown on the spot.
session-already-open = Check-in for { $duty } is open already (since { $at }).
session-code-kept = The code is still the old one. To change it, say “结束签到” first and open it again.
session-closed = Check-in for { $duty } is over: { $expected } expected, { $done } present ({ $late } late, { $left_early } left early), { $excused } on leave, { $missing } absent.
session-closed-missing = Absent: { $names }
session-closed-all = Everybody was here. Well done.
session-only-today = A check-in ends on the day it was opened: write a time, as in: 开始签到 到20:00
session-starts-now = A check-in opens when it is said and can't be put off, so it is not open yet: when it is time, say: 开始签到 到20:00
session-time-past = { $until } is past; the end must be later than now.

## Complete

## Chain lists

chain-head = List for { $duty }, { $period }:
chain-recorded = List for { $duty }, { $period }: { $count } new{ $claim ->
    [claim] , to be confirmed
   *[done] {""}
    }: { $names }.
chain-nothing-new = List for { $duty }, { $period }: nothing new to note.
chain-leave = On leave ({ $count }): { $names }.
chain-changed = Changed to what it says now: { $names }.
chain-already = { $count } more were noted before.
chain-doubt = Not noted, the sum does not fit what is due (or this month is paid): { $names }.
chain-doubt-count = Not noted: { $count } whose sum does not fit what is due (or who have paid this month). Paste it to me in private to see who.
chain-refused = Nothing to note this time: { $names }.
chain-refused-count = Nothing to note this time for { $count }.
chain-kept = Confirmed already, left as it was: { $names }.
chain-kept-count = { $count } confirmed already, left as they were.
chain-unclear = Not understood, not noted: { $names }.
chain-unclear-count = { $count } entries not understood, not noted.
chain-gone = Not in this copy any more, left as noted: { $names }.
chain-older = Still as it was before, not changed back: { $names }.
chain-twice = There twice, the later one counts: { $names }.
chain-waiting = { $count } more in the list wait for { $who }: say “确认接龙” and they are noted.
chain-nothing-waiting = Nothing in a list waits to be confirmed.
chain-own-doubt = { $name }, the sum in the list does not fit what is due, or this month is noted already. Not noted: say for which months you paid { $duty }.
chain-which-duty = Which duty is this list for? Put one of { $duties } in its title and post it again.
chain-ask = { $count } names to check:
chain-ask-which = Is { $name } { $choices }
chain-ask-choice = { $n }. { $name }{ $which }
chain-ask-how = { $several ->
    [yes] Answer with the numbers, like “{ $example }”; or “no”.
   *[no] Answer “yes” or “no”.
    }
chain-ask-again = Answer with the numbers above, or “no”.
chain-names-left = All right, those are not noted.
chain-unknown = Not on the roster, not noted ({ $count }): { $names }.
chain-there = { $names } had been noted before.
chain-missing = { $count } missing, to paste on:
chain-missing-more = … and { $count } more

## Export

## Faults and limits

fault = Something went wrong here and that was not noted; please send it again in a while. (code { $code })
overload = Too many messages at once and that was not noted; please send it again later.

## Roles

role-member = member
role-group-leader = group leader
role-treasurer = treasurer
role-secretary = secretary
role-committee = committee above
role-auditor = auditor
role-operator = operator

## Periods, lists, joints

period-month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
    }
period-month-year = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
    } { $year }
period-week-this = this week
period-week-last = last week
period-week = the week of { $day }/{ $month }
period-week-year = the week of { $day }/{ $month }/{ $year }
period-quarter = Q{ $n }
period-quarter-year = Q{ $n } { $year }
period-half = the { $n ->
    [1] first
   *[2] second
    } half
period-half-year = the { $n ->
    [1] first
   *[2] second
    } half of { $year }
period-year = { $year }
period-run = { $from } to { $to }
list-comma = {", "}
list-or = {" or "}
list-more = { $names } and more, { $count } in all
time-today = today { $time }
time-day-year = { $weekday } { $day }/{ $month }/{ $year } { $time }
time-day = { $weekday } { $day }/{ $month } { $time }
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

## more answers of reports and sessions

how-many = How much of { $duty }? Say it again with a number.
no-meetings = There is nothing to check in to here.
name-shared-yours = { $count } are called “{ $name }”, and I can't tell who is meant; nothing was done. { $example ->
    [none] To record dues or study for one of them, say that one alone to me in private and choose.
   *[other] Say it again with which one behind the name, like “{ $example }”.
    }
name-shared = There is more than one “{ $name }”, so nothing was recorded. Please ask the secretary to record it.
no-check-in-for = { $duty } has no check-in; just say that it is done.
time-unclear = I could not read “{ $time }”; write a time like 20:00.
session-closed-late = Late: { $names }
session-closed-left-early = Left early: { $names }
session-closed-proxied = By proxy: { $names }
session-closed-waiting = Of these, leave not decided yet: { $names }
session-closed-leave = On leave: { $names }
ask-second-gift = { $given } yuan of { $name }'s own will are recorded today already. Are these { $amount } yuan more? Say “yes” to record them.
ask-second-gift-group = A gift of { $name }'s is recorded today already. Is this one more? Say “yes” to record it.
ask-second-payment-names = { $names }: already recorded today. Is this another payment? Answer “yes” to record it.
ask-second-payment-group = { $paid } was already recorded today. Is this another payment? Answer “yes” to record it.
nothing-owed = Nothing to record; all is settled.
period-unnamed = this time

## Roster files (read, planned and previewed by intake; $cell is B7, $text what stands there)

roster-file-empty = The file is empty: check it and send it again.
roster-file-large = The file is too large ({ $limit } MB at most). Keep only the sheet that is needed and send it again.
roster-file-long = The table is too long ({ $limit } rows at most). Split it into several files.
roster-file-unpacks-large = Unpacked, the file is too large ({ $limit } MB at most). Paste what is needed into a new workbook and send that.
roster-file-damaged = The file can't be opened; it may be damaged. Open it in Excel or WPS, save it as xlsx and send that.
roster-file-encrypted = The file has a password. Remove it and send the file again.
roster-file-other-kind = This is no Excel table. Save it as xlsx, xls or csv and send that.
roster-file-web-page = This is a web page under another name, not a table. Open it in Excel or WPS, save it as xlsx and send that.
roster-file-unreadable = The file can't be read. Rosters, bills and exports come as xlsx, xls or csv.
roster-no-header = No header row found. It needs at least a column 姓名.
roster-no-rows = Nobody stands below the header. Is it the right table?
roster-note-refused = These columns must not be kept and were not read: { $columns }.
roster-note-unused = These columns are of no use here and were not read: { $columns }.
roster-note-doubled = These columns stand twice; only the first was read: { $columns }.
roster-note-sheets = Only the sheet “{ $used }” was read, not: { $others }.
roster-preview-head = The roster has { $rows } rows: { $counts }.
roster-preview-nothing = The roster has { $rows } rows; nothing to change ({ $counts }).
roster-preview-more = … { $count } more lines
roster-count-added = { $count } new
roster-count-updated = { $count } changed
roster-count-moved = { $count } transferred
roster-count-same = { $count } the same
roster-count-questions = { $count } to be confirmed
roster-count-errors = { $count } wrong
roster-line-plain = row { $line }{ $named ->
    [no] {""}
   *[yes] {" "}{ $name }
    }: { $what }
roster-line-error = ✗ row { $line }{ $named ->
    [no] {""}
   *[yes] {" "}{ $name }
    }: { $what }
roster-line-question = ? row { $line }{ $named ->
    [no] {""}
   *[yes] {" "}{ $name }
    }: { $what }
roster-line-warning = note row { $line }{ $named ->
    [no] {""}
   *[yes] {" "}{ $name }
    }: { $what }
roster-line-unit = new branch: { $branch }
roster-line-add = new in { $branch }
roster-line-update = { $changes }
roster-line-transfer = moves from { $from } to { $branch }
roster-line-comes = comes to { $branch }
roster-line-grant-secretary = post { $post }: becomes secretary of { $branch }
roster-line-grant-treasurer = post { $post }: becomes treasurer of { $branch }
roster-line-post-without-role = post { $post }: no role was given; a committee above or an operator can grant it
roster-line-missing = on the roster of { $branch } but not in this file (they stay): { $names }, { $count } in all
roster-field-changed = { $field } { $old } → { $new }
roster-field-set = { $field } { $new } added
roster-field-stays = was taken for gone on { $day }: stays, without a gap
roster-field-number = league number
roster-field-born = date of birth
roster-field-joined = admission
roster-field-group = group
roster-field-post = post
roster-field-band = dues band
roster-field-account = account
roster-name-missing = no name
roster-name-unsaved = the name is a formula without a saved result: open the file in Excel, save it and send it again
roster-name-error-value = the name is a formula error (such as #REF!): write the name
roster-name-number = a number stands in the column of names: are the columns shifted?
roster-name-long = the name is too long: are the columns shifted?
roster-name-signature = only a title, like a signature beneath the list, so nobody was added; a member needs a name and one more cell
roster-name-odd = the name has unusual signs; it is kept as it stands, please check
roster-row-repeated = the same as row { $line }; counted once
roster-row-number-twice = number or account as in row { $line } ({ $other }): change one of them
roster-row-same-person = the same person as in row { $line }
roster-joined-young = admitted before the age of 14: check both dates
roster-cell-born = { $cell }: “{ $text }” is no date of birth and was left out; write 2007-09-01
roster-cell-joined = { $cell }: “{ $text }” is no month of admission; write 2021-05
roster-cell-joined-impossible = { $cell }: nobody was admitted in “{ $text }”; correct it
roster-cell-joined-doubtful = { $cell }: “{ $text }” is taken as January; for October write 2021-10
roster-cell-league-number = { $cell }: the league number “{ $text }” has not 12 digits and was left out
roster-cell-id-card = { $cell } looks like an ID-card number and was left out; the league number has 12 digits
roster-cell-digits-lost = { $cell }: Excel changed the number, it was left out; format the column as text and fill it in again
roster-cell-qq = { $cell }: “{ $text }” is no QQ number and was left out
roster-cell-telegram = { $cell }: “{ $text }” is no numeric Telegram id and was left out
roster-cell-account = { $cell }: “{ $text }” is no account and was left out
roster-cell-band = { $cell }: there is no dues band “{ $text }”; there are { $bands }
roster-cell-long = { $cell }: “{ $text }” is too long and was left out
roster-cell-error-value = { $cell } is a formula error and was left out
roster-cell-unsaved = { $cell } is a formula without a saved result, left out: open the file in Excel, save it and send it again
roster-branch-missing = no branch: split merged cells and fill them, or say which branch the file is about
roster-branch-odd = the branch “{ $branch }” can't be understood; write COUNTY/TOWN/BRANCH
roster-branch-ambiguous = “{ $branch }” names more than one: { $first }, { $second }; write the whole path
roster-branch-other = says “{ $branch }”, which is not { $base }
roster-branch-foreign = “{ $branch }” is not among your units
roster-branch-committee = { $branch } is a committee; members belong to a branch below it
roster-branch-below-branch = { $upper } is a branch; { $branch } can't be made below it
roster-q-namesakes = rows { $lines } have one name, and nothing tells them apart; add league numbers or accounts
roster-row-namesakes-apart = rows { $lines } have one name; numbers or accounts differ, so they are taken for different people: if they are one, delete a row
roster-q-namesakes-here = { $count } on the roster have this name; add the league number or an account
roster-q-name-differs = number or account belongs to { $known }, the name differs; please check
roster-q-number-differs = the namesake on the roster has the number { $number }; a correction, or somebody else?
roster-q-account-taken = the account { $account } is { $holder }'s
roster-q-number-taken = number or account belongs to { $known } of { $branch }; please check
roster-q-without-branch = number or account belongs to { $known }, who is in no branch now; please check
roster-q-foreign = number or account is registered in another branch; if they come from there, its secretary first tells me “NAME 转走了”, or the committee above both sends this file; else please check
roster-q-left = was in this branch and left; come back?
roster-q-was = was in { $branch } and left; come over?
roster-q-gone = was in another branch and left it; come over?
roster-q-elsewhere = is in { $branch } now; transferred?
roster-q-same-name = { $branch } has somebody of this name ({ $count } in all); transferred, or somebody else?
roster-q-numbered-name = does the number tell namesakes apart? Write “{ $base }” and add a league number or an account

## A roster file in a private chat

drop-no-files = I can't take files on this platform; ask the operator to run zhibu import roster.
drop-empty = That file is empty: there is nothing in it. Check that it was saved, and send it again.
drop-refused = I can't get that file (too large, perhaps, or gone). Please send it again.
drop-unfetched = The file did not arrive; the network may be slow. Please send it again.
drop-again = I no longer have that file (it was too long ago, or I was restarted). Please send it again.
drop-changed = Somebody changed the roster meanwhile; have another look:
drop-applied = Imported: { $added } added, { $updated } changed, { $moved } moved here{ $waiting ->
    [0] {""}
   *[other] ; { $waiting } rows were left alone, send them again once they are put right
    }.
drop-next = Next, take me into the branch's group and say “绑定本群” there, mentioning me; I will match the cards.
reading-refused = That is for the branch itself and the units above.

help-receipt = 收据 (receipt)
help-cash-book = 账本 (cash book)
recorded-extra-private = Got it: { $name } gives { $amount } yuan more, kept apart, waiting for the { $who } to confirm. Thank you.
recorded-extra-group = Got it: what { $name } gives beside { $duty } is kept apart, waiting to be confirmed. Thank you.
recorded-far-months = Some of it is more than half a year away, further than usual; say “撤销” if that is wrong.
extra-for-whom = A gift is noted for one person at a time: please say them one by one.
refund-too-much = Less than that was confirmed, so nothing was noted. “账本” and “收据” show what was.
undo-refunded = Some of it was given back already: take that refund back first.

## Bands, opened months, opening balances, reductions

money-which-branch = Which branch? Say it in that branch's group, or let somebody of that branch say it.
money-only = No money is collected for this, so there are no bands and no cash book.
money-for-whom = For whom? Say it again with the name.
band-set-private = { $names }: “{ $band }” from { $period } on, { $amount } yuan a month for { $duty }; what was before stays.
band-set-group = { $names }: the band for { $duty } is changed from { $period } on; what was before stays.
band-which = “{ $group }” has several bands, by what is paid a month: say “张三从10月起{ $example }”, or “张三从10月起月薪3500” (the pay is only used to reckon, never kept).
band-unknown = There is no such band. There are: { $bands }
band-no-scale = How pay makes the amount is not configured: please name the band.
rate-for-pay = { $duty }: { $amount } yuan a month{ $band ->
    [none] {""}
   *[other] , band “{ $band }”
    }. The pay is only used to reckon; I do not keep it.
open-months-done = { $unit }: { $duty } is owed from { $period } on. Who was admitted later owes from that month.
open-months-already = { $period } changes nothing: { $duty } of { $unit } is owed from then or earlier already, or it is yet to come.
opening-done = { $of ->
    [stretch] For
   *[other] Before
    } { $period }, { $duty } counts as settled: { $count } members, { $months } periods. None of it is in the cash book.
opening-nothing = No { $duty } is owed { $of ->
    [stretch] for
   *[other] from before
    } { $period }.
exempt-done = Noted: { $names } is exempt from { $duty } for { $period }, decided by { $who }, until { $until }.
reduce-done-private = Noted: { $names } owes { $amount } yuan a period of { $duty } for { $period }, decided by { $who }, until { $until }.
reduce-done-group = Noted: { $names } owes less { $duty } for { $period }, decided by { $who }, until { $until }.
reduce-nothing = Nothing to free or reduce: { $names } has paid or owes no { $duty } until { $until }.
reduce-no-less-private = It is { $owed } yuan a period now: that is no less, so nothing was noted. How much is to be left?
reduce-no-less-group = That is no less, so nothing was noted. Tell me in private how much is to be left.
relief-long = At most { $count } months at once: name a nearer end, please, and decide again then.
reduce-past = The beginning is after the end: please say it again.
duty-off = { $name } is switched off here, so nothing was noted. To switch it on the operator writes enabled = true in duties/{ $key }.toml; if another meeting is meant, say its name.
relief-what = { $left ->
    [none] no { $duty }
    [half] half of { $duty }
    [percent] { $percent } % of { $duty }
    [amount] { $duty } of { $amount } yuan a period
   *[less] less { $duty }
    }
relief-alone = Nobody above who may approve has an account here, so the branch's word counts; where it must be approved above, keep the approval yourself.
relief-asked = Passed on: { $names }, { $period }: { $what }, decided by { $who }{ $above ->
    [none] . But nobody above who may approve has an account here: let an officer of the committee bind one, or ask the operator to set exempt_approval to “branch”. Until it is approved it is owed as before; “撤销” takes it back.
   *[other] , waits for { $above }. Until it is approved it is owed as before; “撤销” takes it back.
    }
relief-asked-already = That is passed on already for { $names } and waits for { $above ->
    [none] a word from above
   *[other] { $above }
    }.
relief-reason-not-kept = A reason of health is not kept.
relief-told = { $unit } asks for your approval: { $names }, { $period }: { $what }, decided by { $who }{ $reason ->
    [none] {""}
   *[other] {" "}({ $reason })
    }. Say “同意{ $plain }的减免” or “驳回{ $plain }的减免”; “待批减免” shows all.
relief-none = No exemption or reduction waits for approval.
relief-none-of = Nothing of { $name } waits for approval.
relief-count = { $count } exemptions or reductions wait for approval; say “待批减免” in private to see whose.
relief-list = { $count } wait for approval:
relief-one = { $unit }, { $name }, { $period }: { $what }{ $who ->
    [none] {""}
   *[other] , decided by { $who }
    }{ $reason ->
    [none] {""}
   *[other] {" "}({ $reason })
    }
relief-list-how = { $rest ->
    [0] {""}
   *[other] { $rest } more are not shown.{" "}
    }Say yes to approve all of these; or one by one “同意{ $name }的减免”, “驳回{ $name }的减免”.
relief-kept = They still wait. To refuse one say “驳回姓名的减免”.
relief-which = These wait: { $names }. Say “同意姓名的减免” or “驳回姓名的减免”, or “全部同意减免”.
relief-namesakes = Several called { $name } wait: say the branch as well, “同意{ $unit }{ $name }的减免”.
relief-not-yours = That is approved above, not in the branch. To decide a new one say “张三免交到12月”.
relief-decided = { $outcome ->
    [yes] Approved: { $unit }, { $name }, { $period }: { $what }, until { $until }
    [paid] { $unit }, { $name }, { $period }: all of it is paid or not owed, there is nothing to reduce
   *[no] Refused: { $unit }, { $name }, { $period }: { $what }
    }{ $told ->
    [yes] ; the branch is told
   *[no] {""}
    }.
relief-decided-branch = { $outcome ->
    [yes] Approved by { $by }: { $name }, { $period }: { $what }, until { $until }.
    [paid] { $by } approved { $name }, { $period }, but all of it is paid or not owed.
   *[no] Refused by { $by }: { $name }, { $period }: { $what }. It is owed as before.
    }
relief-waits-again = It waits for approval again: refuse it if that is meant.
relief-dropped = Taken back, nothing is asked above: { $what }.
unpaid-member = { $name }, { $count } periods of { $duty } are unpaid ({ $period }, { $amount } yuan). Whenever it suits you; if it is difficult, the secretary can ask for a reduction.
unpaid-one = { $name } ({ $period }, { $amount } yuan)
unpaid-secretary = { $unit }: { $duty } is unpaid for { $months } periods in a row by { $count }: { $names }. Only you read this; please ask in private.

## Cash book, refunds, receipts, what goes up

refund-done-private = { $amount } yuan back to { $name } ({ $duty }, { $period }), noted in the cash book.
refund-done-group = Noted: { $duty } given back to { $name }.
refund-one = One refund at a time, with the name, please.
refund-how-much = How much goes back to { $name }, or of which months? For example “退还{ $name }10月团费”.
refund-nothing = Nothing of { $name }'s is confirmed that could be given back.
own-or-handed-up = Handed up, or your own { $duty }? Nothing was noted. Handed up: “上缴上级{ $duty }10元”; your own: “交了{ $duty }”.
hand-how-much = How many yuan? Say it again with the sum.
hand-up-done = Noted: { $amount } yuan of { $duty } handed up{ $period ->
    [none] {""}
   *[other] {" "}(in the book of { $period })
    }, { $hand } yuan in hand. { $short ->
    [yes] That is more than came in: please look again, or say “撤销”.
   *[no] {""}
    }
returned-done = Noted: { $amount } yuan of { $duty } came back{ $period ->
    [none] {""}
   *[other] {" "}(in the book of { $period })
    }, { $hand } yuan in hand. { $short ->
    [yes] The book is below zero: please look again.
   *[no] {""}
    }
carried-already = What was in hand of { $duty } before is { $amount } yuan already; nothing changed.
carried-replaced = Corrected: of { $duty } { $amount } yuan were in hand before, not { $before }; { $hand } yuan now. { $short ->
    [yes] The book is below zero: please look again.
   *[no] {""}
    }
carried-done = Noted: { $amount } yuan of { $duty } were in hand before, { $hand } yuan now. { $short ->
    [yes] The book is below zero: please look again.
   *[no] {""}
    }
cash-book = { $unit }, { $period ->
    [none] {""}
   *[other] { $period },{" "}
    }{ $duty }: claimed { $claimed } yuan, confirmed { $confirmed }{ $extra ->
    [none] {""}
   *[other] {" "}(of it given freely { $extra })
    }, waiting { $waiting }; given back { $refunded }, handed up { $up }, returned { $returned }. In hand must be { $hand } yuan.
cash-carried = Of it { $amount } yuan were in hand before.
cash-book-above = { $unit }, { $period ->
    [none] {""}
   *[other] { $period },{" "}
    }{ $duty }: { $received } yuan came from below, { $down } went back down; { $up } handed up, { $returned } came back. In hand must be { $hand } yuan.
cash-share = At { $percent } % { $due } yuan go up, { $up } went, { $left } are still to go.
cash-returned = { $due } yuan come back, { $returned } came, { $left } are still to come.
receipt-line = Receipt { $number }: { $unit } received from { $name } { $amount } yuan of { $duty } for { $period }{ $extra ->
    [none] {""}
   *[other] {" "}(of it given freely { $extra })
    }{ $refunded ->
    [none] {""}
   *[other] , of which { $refunded } were given back
    }, { $at }{ $who ->
    [none] {""}
   *[other] , confirmed by { $who }
    }.
receipt-none = No { $duty } is confirmed yet; a receipt comes with the confirmation.
export-large = The ledger has { $count } lines, too many for a chat. Ask me in private on a platform that takes files, or have it exported: zhibu export ledger --branch { $unit } --period MONTH.
export-none = There are no lines{ $duty ->
    [all] {""}
   *[other] {" "}of { $duty }
    } for { $period }: nobody owed it then, and nobody reported it.
export-file = The ledger of { $unit }, { $count } lines, is in this table; Excel or WPS opens it. It has sums and names in it: not for a big group.
file-not-here = The file { $file } could not be sent here. Ask me again in private on a platform that takes files, or have the operator get it with zhibu export.
file-link = The file { $file } is here: { $url }
    It can be downloaded once, within { $hours } hours; don't pass it on.
file-link-group = The file { $file } is here: { $url }
    Good for { $hours } hours.
# The page behind a link
link-title = A file for you
link-ready = Press the button to download it. The link ends with its use.
link-button = Download
link-used = This file was downloaded; the link is used up. If it got lost, ask again in the chat.
link-expired = The link is too old. Ask again in the chat for a new one.
link-unknown = There is no such link. Was it copied whole? After a while, ask again in the chat.
link-broken = It can't be opened just now. Try again in a while; the link is still good.
my-data-file = All your data is in this file (json).

## Bills of wallets, the league's fee export

bill-head = Bill: { $new } payments can be entered, { $amount } yuan; { $known } were before; { $unsure } want a look; { $others } are about other things.
bill-more = … and { $count } more lines
bill-line-new = Line { $line } { $who } { $amount } yuan: entered and confirmed for { $period }{ $given ->
    [none] {""}
   *[other] , with { $given } given beside
    }
bill-line-many = Line { $line } { $who } { $amount } yuan: entered and confirmed for { $period } (over { $months } months, more than is usual: check it)
bill-line-late = ? Line { $line } { $who } { $amount } yuan: said to be late, but less is owed; left alone
bill-line-gift = ? Line { $line } { $who } { $amount } yuan: speaks of a gift, and it can't be told how much it is; left alone
bill-line-exempt = ? Line { $line } { $who }: exempt there, owing here
bill-line-exempt-paid = ? Line { $line } { $who }: exempt there, paid here
import-period = “{ $period }” is no period of { $duty }: write it like { $example }.
bill-line-confirmed = Line { $line } { $who } { $amount } yuan: confirms the claim for { $period }{ $given ->
    [none] {""}
   *[other] , with { $given } given beside
    }
bill-line-given = Line { $line } { $who } { $amount } yuan: given of one's own will, entered and confirmed
bill-line-sum = ? Line { $line } { $who } { $amount } yuan: fits neither claim nor what is owed; left alone
bill-line-paid = ? Line { $line } { $who } { $amount } yuan: all that is owed is confirmed; ahead, or twice? Left alone
bill-line-not-owed = ? Line { $line } { $who } { $amount } yuan: nothing is owed for that period; left alone
bill-line-what-for = ? Line { $line } { $who } { $amount } yuan: does not say that it is dues, and nobody claimed that sum; left alone
bill-line-namesakes = ? Line { $line } { $who } { $amount } yuan: it can't be told which of them; left alone
bill-line-several = ? Line { $line } { $who } { $amount } yuan: names several people: let each report, then confirm
bill-line-for-whom = ? Line { $line } { $who } { $amount } yuan: one pays for another, and it can't be told for whom: let them report, then confirm
bill-line-unknown = ? Line { $line } { $who } { $amount } yuan: no such name on the roster
bill-line-counted = ? line { $line } { $who } { $amount } yuan: this payment is in the books of { $unit } already, left alone
bill-line-future = ? line { $line } { $who } { $amount } yuan: its time is still to come, left alone
bill-odd-time = ? line { $line } { $who }: its time can't be read, left alone
bill-line-elsewhere = ? Line { $line } { $who } { $amount } yuan: names another branch
bill-line-extra = ? Line { $line } { $who } { $amount } yuan: part of it is voluntary and it is not said how much; left alone, ask them to report it
bill-line-differs = ? Line { $line } { $who }: unpaid there, paid here
bill-odd-status = ? Line { $line } { $who }: the state can't be read
bill-odd-refunded = ? Line { $line } { $who }: this one was paid back; left alone
bill-odd-number = ? Line { $line } { $who }: has no number; left alone
bill-odd-amount = ? Line { $line } { $who }: the sum can't be read; left alone
bill-no-bill = This is no bill of WeChat Pay or Alipay, and no fee export with 团员姓名 and 当月交纳状态.
bill-which-month = The table does not say of which month it is: put the month into the file's name (团费2026-10.xls) and send it again.
bill-ask = Enter these? “是” enters them (those with a question mark stay), “不是” does not.
bill-done = Entered { $new } payments, { $amount } yuan; { $known } were before, { $unsure } with a question mark were left alone.

## Meetings: opened, kept, decided

help-minutes = 主持:NAME (host) · 议程:… (agenda) · 记录:… (minutes) · 完成:ITEM (item done) · 本次台账 (the page)
help-grant-leave = 准NAME的假 / 不准NAME的假 (grant or refuse leave)
session-title = { $duty } ({ $topic })
session-code = The code is { $code }.
session-code-none = This check-in needs no code.
session-code-now = The code is { $code } now; the next one comes at { $until }. Show it on the spot, not in the group.
session-observers = Observers: { $names }
session-quorum = { $what } takes { $rule ->
    [more] more than
   *[least] at least
    } { $fraction } of those expected: { $expected } expected, { $done } present, { $met ->
    [yes] enough
   *[no] not enough to decide today
    }.
meeting-none = There was no meeting here lately.
meeting-not-on = No meeting is on; say “开始签到” first.
note-long = That is too long: { $limit } characters a line at most. Say it in several.
note-no-such = There is no line { $n }; “本次台账” shows the numbers.
note-over = { "" } (for { $duty } of { $day }, { $at }, which is over)
observer-expected = { $name } is expected at this meeting and can't be an observer: check in, or ask for leave.
meeting-none-then = There was no meeting on { $day }.
session-team-unknown = The roster has no group called "{ $team }"; nothing was opened.
session-reopened = Check-in for { $duty } goes on, until { $until }; whoever checked in before still counts.
session-nothing-to-reopen = No check-in for { $duty } ended today; say "开始签到" for a new one.
leave-after = { $duty } has been held; leave for it afterwards is entered by { $who }.
note-taken = Noted as line { $n }.
note-changed = Line { $n } was changed.
note-gone = Line { $n } was taken out.
note-kept = { $kind ->
    [host] Host
    [recorder] Recorder
    [place] Place
    [form] Form
    [agenda] Agenda
    [observer] Observers
    [summary] Summary
   *[other] Noted
    }: { $text }.
form-unknown = The form may be: { $forms }.
item-unknown = There is no item “{ $item }”. There are: { $items }. “自选动作:NAME” adds one.
items-none = { $duty } has no items. “自选动作:NAME” adds one.
items-done = Items { $count }/{ $total }{ $done ->
    [none] {""}
   *[other] , done: { $done }
    }{ $open ->
    [none] {""}
   *[other] , open: { $open }
    }.
page-head = [{ $duty }] { $unit }, { $day } { $from }{ $to ->
    [none] {" "}(on)
   *[other] –{ $to }
    }
page-line = { $kind ->
    [host] Host
    [recorder] Recorder
    [place] Place
    [form] Form
    [agenda] Agenda
    [summary] Summary
    [there] Present
    [late] Late
    [left_early] Left early
    [proxied] Checked in by others
    [leave] On leave
    [absent] Absent
   *[observer] Observers
    }: { $text }
page-count = { $expected } expected, { $done } present, { $excused } on leave, { $missing } absent
page-leave = { $name } ({ $kind ->
    [sick] sick
   *[personal] personal
    })
page-minutes = { $n }. { $at } { $name }: { $text }{ $by ->
    [none] {""}
   *[other] {" "}(noted by { $by })
    }
leave-asked = All right: the leave of { $names } from { $duty }, { $period }, waits for the word of { $who }.
leave-asked-secretary = { $name } asks { $kind ->
    [sick] sick leave
   *[personal] leave
    } from { $duty }, { $period }. Answer “准{ $name }的假” or “不准{ $name }的假”.
leave-decided = { $granted ->
    [yes] Granted
   *[no] Not granted
    }: leave of { $name } from { $duty }, { $period }.
leave-decided-member = { $granted ->
    [yes] Your leave from { $duty }, { $period }, is granted.
   *[no] Your leave from { $duty }, { $period }, is not granted: please come if you can, or speak to the secretary.
    }
excuse-done = All right: { $names } need not do { $duty } of { $period }; it does not count as missing{ $reason ->
    [none] .
   *[other] {" "}({ $reason }).
    }
excuse-nothing = { $names } did { $duty } of { $period } or were excused from it already; nothing changed.
excuse-long = At most { $count } periods at once; nothing was recorded.
leave-not-from = There is no leave from { $duty }, so nothing was noted; if there is trouble, tell the secretary.
leave-kept = All right, noted: { $names } on leave { $days }; a { $duty } opened then counts as leave.
leave-dropped = All right, the leave{ $names ->
    [none] {""}
   *[other] {" "}of { $names }
    } of { $days } from { $duty } is dropped.
leave-coming = Leave told ahead: { $names }
leave-coming-one = { $name } ({ $days })
own-leave = Leave told ahead: { $duty }, { $days }; to drop it say “撤销请假”.
leave-past = There was no { $duty } on { $days }, so nothing was noted; for the whole of { $period } say “{ $period }{ $duty }请假”.
leave-far = { $days } is too far ahead: leave is noted a year ahead at most. Nothing was noted.
days-range = { $first } to { $last }
leave-none = No leave waits for a word.
leave-none-of = No leave of { $name } waits for a word.
leave-which = These wait: { $names }. Say “准NAME的假” or “不准NAME的假”.
## Issues and pauses

issue-opened = { $issue } of { $duty } is open until { $until }. Say in the group when you have done it.
issue-already-open = { $issue } of { $duty } is open already.
issue-week-taken = { $period } has { $issue } already: one issue a week.
issue-number-used = { $issue } was used before ({ $period }): take another number.
issue-again = Somebody else was opening one at the same time. Please say it again.
issue-name = week { $n } of { $year }
issue-none-open = No issue of { $duty } is open.
issue-closed = { $issue } of { $duty } is closed; late reports still count.
withdraw-ask = Take back { $issue } of { $duty }? It is that of everybody in { $unit }{ $count ->
    [0] {""}
   *[other] {" "}(what { $count } reported is kept, for { $period })
    }. Say yes or no.
withdraw-which = Which one is to go?
    1. your own report of { $issue } of { $duty }
    2. the whole { $issue }, of everybody in { $unit } (what { $count } reported is kept, for { $period })
    Say 1 or 2, or no for neither.
withdraw-again = Say 1 for your own report, 2 for the whole issue, no for neither.
withdraw-yes = Say yes to take the issue back, or no.
withdraw-own = 1 my own report
withdraw-whole = 2 the whole issue
withdraw-kept = All right, nothing was changed.
issue-withdrawn = { $issue } of { $duty } is taken back. { $count ->
    [0] {""}
   *[other] What { $count } reported is kept, for { $period }.{" "}
    }Say “开始{ $duty } NUMBER” to open one again.
issue-from-above = { $issue } was opened by the unit above: it is theirs to take back.
moved-line = Noted: from tomorrow { $names } on the roster of { $unit } no more.
moved-done = Noted: from tomorrow { $names } { $unit ->
   *[other] on the roster of { $unit } no more
    }; what was recorded stays. The secretary of the branch that takes them in sends me a roster with their account or league number; if it was a mistake, send me yours again.
moved-self = Your own leaving is for the unit above to enter, so that the branch is not left alone.
issue-unknown = There was no issue { $number } of { $duty }{ $issue ->
    [none] {""}
   *[other] ; now it is { $issue }
    }.
pause-until = Until when? Say “暂停{ $duty } 到2月20日”.
pause-past = { $until } does not work: the last day must be after today and after the first.
paused = { $duty } pauses from { $from } to { $until }: nobody is missing, nobody is reminded.
paused-beside = { $issue } is open already: it counts and is reminded of as always. If it should not count, say “撤回{ $issue }”.
resumed = { $duty } goes on from this week.
not-paused = { $duty } is not paused.
day = { $month }/{ $day }
help-issues = 开始大学习 第5期 到周日20点 (open an issue) / 撤回第5期 (opened by mistake) / 结束大学习 (close it) / 暂停大学习 到2月20日 (pause)
help-ranking = 大学习排名 / 大学习差异
help-export = 导出团费台账
help-coverage = 覆盖率
## Coverage

coverage = { $unit }: { $bound } of { $members } members have an account bound ({ $rate }%); { $chats } of { $branches } branches have a group bound ({ $chat_rate }%).{ $without ->
    [none] {""}
   *[other] {" "}Without a group: { $without }.
    }

## Claims that no money came for

reject-done = { $name }: { $duty } of { $period } ({ $amount } yuan) taken back; { $told ->
    [yes] I told them in private
   *[other] they have no account bound, please tell them
    }.
reject-told = { $name }, { $who } has not received your { $duty } of { $period }, so I took it back. If you paid, show the receipt; once it is there, report it again.
reject-nothing = { $name } has no { $duty } waiting.

## Official exports

study-head = Export of { $duty }{ $period ->
    [none] {""}
   *[other] {" "}({ $period })
    }: { $new } to add, { $confirmed } to confirm, { $known } known, { $not_done } not done, { $unsure } to look at.
study-ask = Enter these? “是” enters them (not those with a question mark), “不是” leaves it.
study-done = Entered: { $new } added, { $confirmed } confirmed; { $known } known before, { $unsure } left alone.
study-line-new = line { $line } { $who }: added
study-line-undone = ? line { $line } { $who }: not done here, recorded as done before
study-undone = Not done: { $names }
study-time-aside = line { $line } column { $column } “{ $text }”: no time; the issue counts
study-strangers = { $count } are not on the roster. Who is known can be told, like “{ $first }是张三”; it is remembered.
study-line-not-owed = ? line { $line } column { $column } { $who }: not expected in this period
study-line-unknown = ? line { $line } column { $column } { $who }: nobody on the roster
study-line-no-name = ? line { $line } column { $column } { $who }: a number without a name
study-line-namesakes = ? line { $line } column { $column } { $who }: several members have this name
study-line-which-issue = ? line { $line } { $who }: which issue is “{ $text }”? None was opened
study-bad-time = ? line { $line } column { $column } “{ $text }”: no time
study-bad-name = ? line { $line } column { $column } “{ $text }”: a name or a number must stand here
study-no-export = No column of names or numbers was found{ $columns ->
    [none] {""}
   *[other] {" "}(the headings are { $columns })
    }: an export has a heading such as 姓名 or 学号. On the command line say --columns 人员=姓名,打卡=时间; it is remembered.
study-no-duty = No duty is configured that an export could be of.
study-too-wide = Too many branches at once: send the file by branch or town.
study-columns-unknown = No heading is known, only: { $columns }. A roster needs at least a column 姓名. If it is an export of a lecture, say which column has the names (or numbers): “姓名是A，时间是C”.
study-columns-ask = I don't know these headings: { $columns }. Which column has the names (or numbers)? Answer “姓名是A”, also “时间是C”.
study-who-one = { $who } is: { $names }
study-who-ask = Who is it? Answer with the numbers. It is asked once.
study-differs-own = { $unit ->
    [none] {""}
   *[other] { $unit }: {""}
    }{ $period }: { $count } say done, the back end does not: { $names }
study-differs-secretary = { $unit ->
    [none] {""}
   *[other] { $unit }: {""}
    }{ $period }: { $count } entered by the secretary, not in the back end: { $names }
study-differs-export = { $unit ->
    [none] {""}
   *[other] { $unit }: {""}
    }{ $period }: { $count } done in an earlier export, not done in the last: { $names }
study-agrees = { $period } of { $duty }: the back end agrees.
study-no-import = No export of { $duty }{ $period ->
    [none] {""}
   *[other] {" "}({ $period })
    } was imported yet. Send me the file in private.

## Ranking

rank-head = { $duty } { $period } by rate ({ $early ->
    [yes] it still runs, as of now;{" "}
   *[no] {""}
    }the mean of the periods; on a tie the worst one, then the next worst):
rank-one = { $n }. { $name }: { $rate } ({ $done }/{ $expected }{ $excused ->
    [0] {""}
   *[other] , { $excused } excused
    }{ $unbound ->
    [0] {""}
   *[other] , { $unbound } not registered
    }, worst { $worst })
rank-nothing = { $duty } { $period }: nothing to rank yet.
help-reminders = 现在提醒没签到的 (remind now) / 每周四20点提醒大学习 (every Thursday at 20:00) / 下次提醒 (what comes) / 明天会提醒谁 (whom) / 暂停提醒 一周 (pause) / 恢复提醒 (resume) / 提醒记录 (the log) / 重发 (send again) / 通知：明天交表 (a notice) / 谁没收到 (who has not read it) / 每周一8点推送：学习材料 (every week) / 大学习提醒语：记得截图 (own words)

## what a secretary makes of reminders

reminders-made = Noted: { $unit } is reminded of { $duty } at { $times }. To take it away ask “下次提醒” and delete it by its number.
reminders-there = { $unit } has this reminder of { $duty } already; it comes at { $times }.
reminders-never = That time never comes. Try “每周四20点提醒大学习” or “每月25号提醒团费”.
reminders-full = There can be { $count } reminders of one's own at most; delete one first.
reminders-none = There are no reminders. “每周四20点提醒大学习” makes one.
reminders-head = Reminders of { $unit } to come:
reminders-line = { $n ->
    [none] {""}
   *[other] [{ $n }]{" "}
    }{ $time } { $unit ->
    [none] {""}
   *[other] { $unit }{" "}
    }{ $duty }{ $hushed ->
    [yes] {" "}(paused)
   *[no] {""}
    }
reminders-more = { $count } more; ask of one branch, as “下次提醒 第二团支部”.
reminders-how-to-drop = Those with numbers were made here; “删除第1个提醒” deletes one.
reminders-no-such = There is no such number: { $count } were made here. Ask “下次提醒”.
reminders-dropped = That reminder of { $duty }{ $unit ->
    [none] {""}
   *[other] {" "}in { $unit }
    } is gone.
reminders-not-that = None of the reminders made here comes then. “下次提醒” lists them: those with a number can be deleted, the others paused (“暂停提醒 一周”).
reminders-which = { $count } reminders fit: say “下次提醒” and delete by number.
remind-how-once = I can't make a reminder that comes once: to send one now say “现在提醒没完成{ $duty }的”, for each week “每周四20点提醒{ $duty }”.
remind-how-before = Reminders some hours before a deadline belong into the configuration; here they come at fixed times, as “每周四20点提醒{ $duty }”. To send one now: “现在提醒没完成{ $duty }的”.
remind-how-cycle = I can't keep such an interval: each day, days of the week or the month, the end of a quarter, as “每周四20点提醒{ $duty }”.
remind-how-one = One at a time, please: one duty, one time, as “每周四20点提醒{ $duty }”.
remind-how-time = I did not understand that time, and changed nothing. For example “每周一到周五9点提醒{ $duty }”, “每月25号20点提醒{ $duty }”.
remind-how-name = Such reminders are for all who are missing, not for some: say it again without names.
remind-how-period = Reminders are about the period that runs; nothing was sent. Ask me who is missing from others.
remind-how-day = One day at a time: “明天会提醒谁”, “周四会提醒谁”.
remind-how-now = I did not quite understand that, and sent nothing. To remind everybody now: “现在提醒没完成{ $duty }的”.
remind-how-stop = I changed nothing. “下次提醒” lists the reminders, “删除第1个提醒” deletes your own, “暂停提醒 一周” pauses them, “提醒记录” shows what was sent.
remind-how-pause = I did not understand from when until when, and changed nothing. For example “暂停提醒 一周”, “暂停提醒到12月1日”, “12月1日到12月10日暂停提醒”; “恢复提醒” ends it at once.
remind-how-words = { $words ->
    [none] {""}
   *[other] They end with: { $words }{" "}
    }To add a sentence say “{ $duty }提醒语：记得截图”; the usual one again: “{ $duty }提醒语改成默认”.
preview-head = As the records stand, on { $day } this is sent:
preview-line = { $time } { $unit ->
    [none] {""}
   *[other] { $unit }{" "}
    }{ $duty }: { $count }{ $names ->
    [none] {""}
   *[other] {" "}({ $names })
    }{ $hushed ->
    [yes] , but reminders are paused
   *[no] {""}
    }
preview-unopened = { $time } { $unit ->
    [none] {""}
   *[other] { $unit }{" "}
    }{ $duty }: check-in was not opened yet, only the secretary is told{ $hushed ->
    [yes] , but reminders are paused
   *[no] {""}
    }
preview-more = And { $count } more.
preview-none = As the records stand, nobody is reminded on { $day }.
hushed = { $duty ->
    [none] Reminders of { $unit }
   *[other] Reminders of { $duty } in { $unit }
    } are paused { $from ->
    [none] {""}
   *[other] from { $from }{" "}
    }{ $until ->
    [none] until you say “恢复提醒”.
   *[other] up to { $until }; “恢复提醒” ends that sooner.
    }
hushed-above = { $unit } paused { $duty ->
    [none] reminders
   *[other] reminders of { $duty }
    }{ $until ->
    [none] {""}
   *[other] {" "}up to { $until }
    }: that holds here too, and only they can end it.
hushed-later = The pause of { $duty ->
    [none] reminders
   *[other] reminders of { $duty }
    } from { $from } on stays; say “恢复提醒” once more to drop it.
hush-past = That day is past. Until when? For example “暂停提醒 一周”.
unhushed = { $duty ->
    [none] Reminders of { $unit }
   *[other] Reminders of { $duty } in { $unit }
    } are sent again.
unhushed-one = Reminders of { $duty } in { $unit } are sent again; the others are still paused.
not-hushed = Reminders of { $unit } are not paused.
wording-set = Reminders of { $duty } now end with: { $text }
wording-usual = Reminders of { $duty } end as usual again.
reminder-log-head = The last reminders:
reminder-log-none = There were no reminders yet.
log-asked = { $duty } (at once)
log-notice = notice “{ $title }”
log-chase = who has not read “{ $title }”
reminder-log-line = { $time } { $unit ->
    [none] {""}
   *[other] { $unit }{" "}
    }{ $duty }: { $outcome ->
    [sent] { $sent } sent
    [waiting] { $sent } sent, others wait
    [failed] { $sent } sent, { $failed } failed ({ $why ->
    [muted] muted there
    [gone] not in that group
    [late] too late
    [unsure] nobody answered
   *[refused] refused
    })
    [nobody] nobody to remind
    [unreached] nothing sent: no group, and no account to write to
    [spared] everybody had been reminded, nothing sent
    [paused] paused, nothing sent
    [held] the records may lack something: the secretary was asked
    [released] about to be sent
    [declined] the secretary said no
    [lapsed] nobody said yes in time, nothing sent
   *[skipped] too late, nothing sent
    }{ $count ->
    [0] {""}
   *[other] , naming { $count }
    }{ $names ->
    [none] {""}
   *[other] : { $names }
    }

## What did not go out

word-in-group = There is something to tell the secretary in private, and it can’t be sent. Secretary: add me as a friend, then say “提醒记录” to me in private.
failed-head = { $count } reminders of { $unit } could not be sent:
failed-line = { $time ->
    [none] {""}
   *[other] { $time }{" "}
    }{ $duty ->
    [none] notice
   *[other] { $duty }
    }{ $place ->
    [private] {" "}(in private)
   *[group] {" "}(in the group)
    }: { $why }
failed-why = { $why ->
    [muted] I am muted there
    [gone] I am not in that group, or that account does not know me
    [late] it could not be sent in time
    [unsure] it may have gone out, nobody answered
   *[refused] the platform refused it
    }
failed-end = Say “重发” to send them again; only those who still owe are reminded.
waiting-head = { $count } reminders of { $unit } wait: there I can only answer, so somebody has to speak first:
waiting-line = { $duty ->
    [none] notice
   *[other] { $duty }
    }{ $place ->
    [private] {" "}(in private)
   *[other] {" "}(in the group)
    }, until { $until }
waiting-end = Once somebody speaks to me there they go along; if it is urgent, please tell people yourself.
resend-going = { $count } go out again, only to those who still owe.
resend-done = Everybody has done it: nobody needs to be reminded again.
resend-nothing = Nothing failed lately.
held-head = { $count } reminders of { $unit } wait, for the records may lack something:
held-line = { $time } { $duty }: { $why ->
    [deaf] I heard nothing of the group from { $from } to { $until }
    [offline] I am offline since { $from }
    [import] a file that was previewed is not confirmed
   *[list] entries of a chain list are not confirmed
    } (until { $good })
held-end = Say “是” to send them as the records stand, “不是” to leave them.
held-what = { $units }{ $more ->
    [yes] {" "}and others ({ $count } in all)
   *[no] {""}
    }: reminders of { $duties }
held-sent = { $what } { $when ->
    [none] go out now.
   *[other] go out at { $when }; it is late now.
    }
held-dropped = { $what } are left this time.
held-ask = { $what } wait for a word of yours. Say “是” to send them as the records stand, “不是” to leave them.
held-over = Those reminders wait no more; nothing was done.
deaf-head = For a while I did not hear the group of { $unit }, and it can't be had from the platform:
deaf-line = { $from } to { $until }
deaf-end = Whoever reported something then, here or in private, should say it again.
resumed-sending = { $accounts } may send again.
resume-nothing = No account is stopped.

## To the operator

alarm-offline = { $account } is offline since { $since }: it hears nothing and no reminder goes out. Is its client running, and signed in?
alarm-online = { $account } is back (offline since { $since }).
alarm-throttled = The platform throttles { $account }: it sends nothing{ $until ->
    [none] .
   *[other] {" "}until { $until }.
    } Sign in by hand and see whether it can speak; to let it go sooner run zhibu resume { $account }, or tell me “恢复发送”.
alarm-failed = { $count } reminders could not be sent ({ $why }). Secretaries who can be reached, or those above, are told.
alarm-clock = The clock of this machine leapt to { $date }. No period is frozen, nothing is dropped and no notice pushed until it has held for an hour. Is it right? Run zhibu resume clock. Is it wrong? Set it.
alarm-absent = { $platform } is configured, and no account ever connected: it hears nothing and no reminder goes out. Is its client running, with the right address and token?
alarm-holidays = The holidays of { $year } are not known: its weekdays count as workdays. Add holidays/{ $year }.toml.

## Notices

notice-ask = This goes to { $count } groups:
    { $text }
    Say “是” to send it; send me a file first (up to 1 MB) if one goes with it; “不是” leaves it.
notice-with-file = “{ $file }” goes with it. Say “是” to send it.
notice-file = The file did not come, or is larger than { $size } KB. Send a smaller one, or say “是” to send it without.
notice-sent = Sent to { $count } groups. Whoever reads it answers “收到”; ask “谁没收到” for who did not.
notice-dropped = The notice is left.
notice-body = Notice: { $text }
    Please answer “收到”.
notice-no-unit = There is no unit “{ $unit }” here or below; write its full name.
notice-two-units = There are several units “{ $unit }”; write what is above it too, such as “白泥镇团委/第一团支部”.
notice-nowhere = None of these units has a group: say “绑定本群” there first.
notice-none = There was no notice lately.
notice-chased = For this notice they were named once already.
notice-not-out = This notice is not out yet; name them when it is.
notice-chasing = The { $count } who did not answer are named.
receipts-head = The notice of { $time }, “{ $title }”:
receipts-line = { $unit }: { $read } of { $expected } answered{ $count ->
    [0] {""}
   *[other] ; { $count } did not: { $names }
    }
chase-head = To the notice “{ $title }” { $count } have not answered:
chase-end = Please answer “收到”.
push-made = It will be pushed to { $count } groups, next { $time }. “定时推送” lists what is.
pushes-head = Pushed regularly:
pushes-line = [{ $n }] { $time ->
    [none] never again
   *[other] { $time }
    } { $title }
pushes-none = Nothing is pushed regularly. “每周一8点推送：…” makes a push.
pushes-no-such = There is no such number; { $count } are pushed.
push-dropped = That push is gone.
push-stopped = The regular push “{ $title }” has stopped: whoever made it may no longer send notices here. To go on, say it again, for example “每周一8点推送：{ $title }”.
preview-check-in = { $time } { $unit ->
    [none] {""}
   *[other] { $unit }{" "}
    }{ $duty }: check-in opens{ $hushed ->
    [yes] , but reminders are paused
   *[no] {""}
    }

## What is filed above

return-head = [{ $unit }] { $duty }, { $period }: return{ $open ->
    [yes] {" "}(open until { $due }, as it stands now)
   *[no] {" "}(closed { $due })
    }
return-line = { $expected } expected = { $done } done + { $excused } excused + { $missing } missing, { $rate }; of them { $late } late, { $official } in the official export, { $unregistered } without an account
return-names = Missing: { $names }
return-branch = { $unit }: { $done }/{ $expected }, { $rate }{ $missing ->
    [0] {""}
   *[other] ; missing: { $names }
    }
return-more = { $count } more branches are in the table: zhibu export return.
return-foot = Filed by { $who }, { $day }
return-over = { $duty }, { $period }, is closed: here is its return, to be checked and filed. For a table say “{ $period }{ $duty }汇总备案” to me in private.
return-reminder = return of { $duty }
return-one = One period at a time, please: “上周大学习汇总备案”.
return-which = The return of which duty? For example “大学习汇总备案”. Of money ask for the cash book.
