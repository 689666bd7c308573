# Every word the bot says, in English: the same keys and variables as zh-CN.ftl, whose head says how keys are named.

## Greeting, help

hello = Here. Just tell me: dues paid, Youth Study done, check in. Say “help” to see more.
help-group =
    Just say it in the group:
    · 交了11月团费 (dues paid)　· 大学习看完了 (study done)　· 签到 (check in)　· 主题团日请假 (leave)
    Mention me to ask: 谁没交团费 (who is missing), 本周大学习统计 (statistics), 撤销 (undo).
    For your own records, message me in private: 我的记录.
help-private =
    You can tell me:
    · 交了11月团费0.2元 (dues)　· 大学习看完了 (study)　· 签到 CODE (check in)　· 请假到12号 (leave)
    · 我的记录 (my records)　· 撤销 (undo)　· 绑定 NAME (bind)
help-secretary =
    As secretary also:
    · 谁没交团费 (missing)　· 团费统计 (statistics)　· 谁没绑定 (unbound)　· 提醒大学习 (remind)
    · 开始签到 CODE (open)　· 结束签到 (close)　· 确认 NAME or 确认全部 (approve)
    · 绑定码 NAME (binding code)　· send me the roster file　· 绑定本群 in a group (bind it)
unclear = I did not quite get that. Report with “大学习看完了”, ask with “谁没交团费”; “help” shows more.
unclear-duty = What about { $duty }? Report with “{ $example }”, or ask “谁没完成{ $duty }”.
not-yet = I have not learned that yet. “help” shows what I can do.
thanks = You are welcome.

## Recorded

recorded-done = Noted: { $name }, { $duty }, { $period }, done.
recorded-done-names = Noted: { $names }, { $duty }, { $period }, done.
recorded-issue = Noted: { $name }, { $duty }, issue { $issue }, done.
recorded-count = Noted: { $name }, { $duty }, { $period }: +{ $value }, { $total } of { $target } so far.
recorded-minutes = Noted: { $name }, { $duty }, { $period }: +{ $value } minutes, { $total } in all.
recorded-paid-group = Got it: { $name }, { $duty }, { $period }{ $claim ->
    [claim] , waiting to be confirmed
   *[done] , recorded
    }.
recorded-paid-private = Got it: { $name }, { $duty }, { $period }, { $amount } yuan{ $claim ->
    [claim] , waiting for the { $who } to confirm
   *[done] , recorded
    }.
recorded-late = (After the deadline, noted as late.)
recorded-many-months = That is { $count } months at once, more than usual; if it is wrong, say “undo”.
recorded-proxy = (reported by { $name })
corrected = Changed: { $was } → { $now }.

## Attendance, leave

checked-in = Checked in: { $name }, { $duty }.
checked-in-late = Checked in: { $name }, { $duty } (late).
checked-in-left-early = Noted: { $name }, { $duty } (left early).
checked-in-names = Checked in: { $names }, { $duty } (by proxy).
leave-recorded-group = All right, { $name } is on leave for { $duty }, { $period }.
leave-recorded-private = All right, { $name } is on { $kind ->
    [sick] sick leave
   *[personal] personal leave
    } for { $duty }, { $period }.
leave-until = Until { $until }.
exempt-recorded = Noted: { $names }, exempt from { $duty } until { $period }.

## Already there

already-done = { $name }, { $duty } for { $period } was noted before.
already-paid = { $name }, { $duty } for { $period } was noted before; nothing is owed now.
already-checked-in = { $name } has checked in already.
already-leave = { $name } already has leave for { $duty }, { $period }.
already-confirmed = These were confirmed before.

## Questions

ask-amount-fits = { $amount } yuan: for { $named } alone, or for { $fits }? Say “1” for { $named }, “2” for { $fits }.
ask-amount-fits-oldest = { $amount } yuan is exactly { $fits }. Shall I note that? Say yes or no.
ask-amount-odd-private = { $amount } yuan does not fit { $named }, for which { $due } yuan is due. Which months is it for?
ask-amount-odd-group = That sum does not fit { $named }, so nothing is noted yet. Which months is it for?
ask-second-payment = { $paid } was noted today already. Is this for { $next }? Say yes to note it.
ask-which-session = Several check-ins are open: { $sessions }. Which one? Say it with its code or name.
ask-which-duty = Which one? { $duties }
ask-which-person = Several people are called { $name }: { $choices }. Which one? Say the number.
ask-similar-name = { $name } is not on the roster. Did you mean { $similar }?
ask-confirm-entry = I would note: { $what }. Right? Say yes or no.
ask-gone = That question is over; just say it again.
ask-nothing-open = I am not waiting for an answer of yours. Just tell me what to do.
ask-choice-range = Please say a number from 1 to { $count }.
answered-no = All right, not noted.

## Refusals

no-session = No check-in is open.
no-session-duty = No check-in is open for { $duty }.
wrong-code = That code is wrong; have another look?
code-missing = This check-in needs a code, such as “签到 1234”.
not-owed = { $name } owes no { $duty } for { $period } (not yet a member here then).
no-rate = No rate is set for { $duty } in { $period }; please ask the { $who } to look at the configuration.
not-on-roster-group = I do not know this account yet, so nothing was noted. Message me in private: 绑定 NAME.
not-on-roster-private = I do not know you yet. Say “绑定 NAME”; once the secretary agrees it works. With a code: “绑定 NAME CODE”.
chat-not-bound = This group belongs to no branch yet; please ask the secretary to say “绑定本群” here.
chat-no-unit = There is no branch here; say it in your branch's group, or bind your account first.
no-such-name = Nobody on the roster is called { $name }.
not-in-branch = { $name } is not on the roster of { $unit }.
no-such-unit = There is no unit “{ $path }”. Write it from the top with “/”: 余庆县团委/白泥镇团委/机关团支部.
no-such-duty = There is no “{ $duty }”; there are: { $duties }.
period-not-yet = { $period } has not come yet, so nothing was noted.
period-unclear = I did not get which period; say 上周, 10月 or 第三季度.
amount-unclear = I did not get the amount; write 0.2元.
private-only = That only works in a private chat with me.
group-only = That only works in a group.
permission-refused = That is for the { $who } to do; ask them to tell me.
permission-refused-others = You can report for yourself; for others it takes the { $who }.
bot-muted = I can no longer speak in this group.

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
missing-none = { $duty }, { $period }: everybody { $measure ->
    [money] has paid
    [attendance] is here
   *[other] is done
    }. Well done.
missing-excused = ({ $count } more on leave or exempt, not counted)
missing-unbound = ({ $count } of them without a bound account)
missing-nobody-expected = { $duty }, { $period }: nobody is expected.
missing-more = { $names } and more, { $count } in all

## Statistics

stats-done = { $duty }, { $period }: { $expected } expected (roster { $roster }, excused { $excused }), { $done } done, { $missing } missing, rate { $rate }.
stats-money = { $duty }, { $period }: { $expected } expected (roster { $roster }, exempt { $excused }), { $done } reported ({ $confirmed } confirmed), { $missing } missing, rate { $rate }.
stats-money-private = { $amount } yuan reported, { $confirmed } confirmed, { $due } due.
stats-attendance = { $duty }, { $period }: { $expected } expected, { $done } present ({ $late } late, { $left_early } left early), { $excused } on leave, { $missing } absent, rate { $rate }.
stats-count = { $duty }, { $period }: { $expected } expected, { $done } reached it, { $total } in all, rate { $rate }.
stats-unbound = { $count } have no bound account: I can't tell what they say.
stats-unit = { $unit }: { $done }/{ $expected }, { $rate }
stats-none = { $duty }, { $period }: no records yet.
stats-person = { $name }:
stats-person-line = { $duty }, { $period }: { $state }

## One's own records

own-title = Records of { $name }:
own-line = { $duty }, { $period }: { $state }
own-owes-money = { $duty }: { $period } not paid, { $amount } yuan in all.
own-owes = { $duty }: still missing { $period }.
own-clear = Everything is there, nothing is owed.
own-none = There are no records of yours yet.
own-in-private = I tell you your records in private: message me “我的记录”.
own-paid-to = { $duty }: paid up to { $period }.
state-done = done
state-paid = { $amount } yuan paid, confirmed
state-claimed = { $amount } yuan reported, to be confirmed
state-part = { $got }/{ $owed }
state-missing = missing
state-unpaid = not paid
state-present = present
state-late = late
state-left-early = left early
state-absent = absent
state-personal = personal leave
state-sick = sick leave
state-leave = on leave
state-exempt = exempt
my-data =
    What I keep: your name { $name }, your unit { $unit }, bound accounts { $accounts }, { $records } records.
    No chat text, no screenshots, no reasons of illness. To change or delete it, tell the secretary.

## Undo, recall

undone = Undone: { $what }.
undo-what = { $name }, { $duty }, { $period }
undo-nothing = There is nothing to undo.
undo-too-old = That is more than { $days } days old; the { $who } can change it.
recall-offer = The message that you took back had recorded: { $what }. Undo that too? Say yes.
recall-kept = All right, the record stays.

## Accounts to members

bind-requested = All right, the secretary knows; it works once they agree.
bind-request = { $card } ({ $account }) wants to be { $name }. To agree, say “确认 { $name }”.
bind-request-many = { $count } accounts wait: { $names }. Say “确认 NAME” for one, or “确认全部” for all.
bind-done = Done, { $name }. From now on just tell me.
bind-already = You are bound as { $name } already.
bind-other = This account is bound as { $name }; the secretary can change that.
bind-namesakes = Several people are called { $name }. Ask the secretary for a code, then say “绑定 { $name } CODE”.
bind-code-wrong = That code is wrong, used or too old. Ask the secretary for another.
bind-code = The code of { $name }: { $code } (until { $until }, once). They send me in private “绑定 { $name } { $code }”.
bind-usage = Say: 绑定 NAME. With a code: 绑定 NAME CODE.
bind-approved-many = Approved { $count }: { $names }.
bind-rejected = All right, { $name } was not approved.
unbound-list = { $count } without a bound account: { $names }
unbound-none = Everybody on the roster is bound.
cards-matched = Recognised { $count } by their cards: { $names }. If that is right, say “确认全部”.
cards-unmatched = { $count } members of the group were not recognised: { $names }. They can change their card, or send me “绑定 NAME”.
cards-unavailable = I can't get the members' list now; members can send me “绑定 NAME” themselves.

## Approving

approve-claims = { $duty }: { $count } to confirm: { $names }
approve-claims-private = { $duty }: { $count } to confirm, { $amount } yuan in all: { $names }. Say “确认全部”, or “确认 NAME”.
approve-done = Confirmed { $count }: { $names }.
approve-none = Nothing waits to be confirmed.
approve-which = Confirm what? Say “确认团费” or “确认绑定” and I will list them first.
approve-not-waiting = { $names }: nothing waits to be confirmed.

## First secretary, binding a chat

activate-done = Done: { $name } is secretary of { $unit }. Next, take me into the branch's group, say “绑定本群” there, and send me the roster file in private.
activate-wrong = That code is wrong or was used before.
activate-usage = Say: 激活 CODE NAME PATH, such as 激活 ABCD-1234 张三 余庆县团委/白泥镇团委/机关团支部
setup-done = Done, this group belongs to { $unit }. Just say “交了团费”, “大学习看完了”, “签到”.
setup-already = This group belongs to { $unit } already.
setup-other = This group belongs to { $unit } now; its secretary or an operator can change that.
setup-which = To which unit? Say “绑定本群 PATH”. Yours: { $units }
setup-no-roster = The roster is empty: send me the file (xlsx, xls, csv) in private.
settings-names-on = All right, names may be said here for { $duty }.
settings-names-off = All right, only numbers here, no names.

## Roster

roster-reading = Got the roster, reading it …
roster-preview = { $file }: { $rows } rows, { $added } new, { $changed } changed, { $same } the same, { $problems } with problems.
roster-preview-unit = New units: { $units }
roster-line-add = + row { $line } { $name } ({ $unit })
roster-line-change = ~ row { $line } { $name }: { $what }
roster-line-leave = - { $name }: no longer listed (unchanged; say “{ $name }转走了” if they left)
roster-line-transfer = > row { $line } { $name }: comes from { $from }
roster-line-problem = ! row { $line } column { $column }: { $what }
roster-line-more = … { $count } more rows
roster-dropped = I do not take the columns { $columns }; they were dropped.
roster-apply-ask = Import it? Say yes or no.
roster-applied = Imported: { $added } new, { $changed } changed; { $unit } now has { $members } members.
roster-nothing = The same as the present roster: nothing to change.
roster-cancelled = All right, not imported.
roster-stale = Somebody changed the roster meanwhile; please send the file again.
roster-unreadable = The file can't be read: { $why }. Please send it as xlsx, xls or csv.
roster-no-header = No header row found. It needs at least a column 姓名.
roster-too-big = The file is too big ({ $limit } MB at most).
roster-private = A roster holds personal data; please send it to me in private.
roster-first-band = Those without a band count as { $band }, { $amount } yuan a month.
moved-done = Noted: { $names } left; nothing more is owed, the past stays.

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
remind-secretary = { $unit }, { $duty }, { $period }: { $count } missing: { $names }
remind-secretary-none = { $unit }, { $duty }, { $period }: complete.
remind-arrears-person = { $duty }: { $count } months unpaid ({ $period }). If it is difficult, tell the secretary.
remind-arrears-secretary = { $name }: { $duty }, { $count } months unpaid ({ $period }). Please ask in private.
remind-sent = Reminded, { $count } missing.
remind-nobody = { $duty }, { $period }: nobody to remind.
remind-holiday = (a holiday: put off)

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
session-code-private = The code for { $duty }: { $code }
session-already-open = Check-in for { $duty } is open already (since { $at }).
session-closed = Check-in for { $duty } is over: { $expected } expected, { $done } present ({ $late } late, { $left_early } left early), { $excused } on leave, { $missing } absent.
session-closed-missing = Absent: { $names }
session-closed-all = Everybody was here. Well done.
session-time-past = { $until } is past; the end must be later than now.
issue-opened = { $duty }, issue { $issue } is open until { $until }.
issue-closed = { $duty }, issue { $issue } is over.

## Complete

praise-all = { $duty }, { $period }: everybody { $measure ->
    [money] has paid
    [attendance] was here
   *[other] is done
    }. Well done.

## Chain lists

chain-recorded = List noted: { $duty }, { $period }, { $count } new{ $same ->
    [0] {""}
   *[other] , { $same } noted before
    }.
chain-unknown = Not on the roster: { $names }
chain-skipped = Not marked as done, not noted: { $names }
chain-nothing-new = All in the list were noted before.
chain-which = What is this list for? { $duties }

## Export

export-ready = The table of { $duty }, { $period } is ready.
export-private = The table holds names and amounts; ask me in private.

## Faults and limits

fault = Something went wrong here and that was not noted; please send it again in a while. (code { $code })
overload = Too many messages at once and that was not noted; please send it again later.
shutting-down = I am restarting and that was not noted; back in a moment.
too-long = That is too long; please send it in parts.
file-unfetched = I could not get the file: { $why }. Please send it again.

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
name-shared = There is more than one “{ $name }”, so nothing was recorded. Please ask the secretary to record it.
no-check-in-for = { $duty } has no check-in; just say that it is done.
time-unclear = I could not read “{ $time }”; write a time like 20:00.
session-closed-late = Late: { $names }
session-closed-left-early = Left early: { $names }
session-closed-leave = On leave: { $names }
ask-second-payment-group = { $paid } was already recorded today. Is this another payment? Answer “yes” to record it.
nothing-owed = Nothing to record; all is settled.
period-unnamed = this time
