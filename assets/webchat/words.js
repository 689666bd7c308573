// The page's words in both languages. What the bot says comes from the bot and stays as it is.

const WORDS = {
  skip: ['跳到输入框', 'Skip to the message box'],
  title: ['支部 · 演示', 'Zhibu · demo'],
  clock_hint: ['演示用的时钟，可以往前拨', "The demo's clock, which can be moved on"],
  next: ['跳到下一次提醒', 'Next reminder'],
  no_next: ['近期没有要发的提醒', 'No reminder is due any time soon'],
  jumped: ['时间到了 {local}：{what}', 'It is now {local}: {what}'],
  panel: ['台账', 'Records'],
  panel_label: ['台账与理解', 'Records and understanding'],
  side: ['说话人与会话', 'Speaker and chats'],
  speaker: ['谁在说话', 'Who speaks'],
  search: ['换个人：输入姓名…', 'Somebody else: type a name…'],
  search_label: ['换个人说话', 'Choose who speaks'],
  people: ['可以选的人', 'People to choose from'],
  nobody: ['没有这个人', 'Nobody of that name'],
  where: ['在哪里说', 'Where'],
  others: ['别人与机器人的私聊', "Other people's private chats"],
  private: ['与{bot}私聊', 'In private with {bot}'],
  private_of: ['{name}的私聊', "{name}'s private chat"],
  private_note: ['私聊：只有{name}和{bot}看得到；名册文件可以拖进来', 'Private: only {name} and {bot} see it; drop a roster file here'],
  group_note: ['群聊：问{bot}要先 @ 它；报告做完了什么，直接说就行', 'Group: address questions to {bot} with an @; reports need none'],
  as: ['以 {name} 的身份', 'As {name}'],
  log: ['消息', 'Messages'],
  empty_log: ['还没有消息。选一句下面的话试试。', 'No messages yet. Try one of the phrases below.'],
  chips: ['可以试着说', 'Things to try'],
  at: ['提到机器人', 'Mention the bot'],
  file: ['发文件', 'Send a file'],
  file_private: ['名册请在私聊里发给{bot}', 'Send a roster in the private chat with {bot}'],
  drop: ['松开鼠标，把名册发给机器人', 'Drop the roster here to send it to the bot'],
  input: ['说点什么，回车发送', 'Message; Enter sends'],
  input_label: ['消息内容', 'Message'],
  send: ['发送', 'Send'],
  ledger: ['台账', 'Records'],
  heard: ['听懂了什么', 'What was understood'],
  v_side: ['会话', 'Chats'],
  v_talk: ['聊天', 'Talk'],
  v_heard: ['听懂了', 'Heard'],
  views: ['页面', 'Views'],
  close: ['关闭', 'Close'],
  reply: ['引用', 'Quote'],
  recall: ['撤回', 'Take back'],
  cancel: ['取消', 'Cancel'],
  recalled: ['{name}撤回了一条消息', '{name} took a message back'],
  new_below: ['有新消息', 'New messages'],
  bot: ['机器人', 'bot'],
  unread: ['{n} 条未读', '{n} unread'],
  offline: ['连接断了，正在重连…', 'The connection is lost; trying again…'],
  no_records: ['这里还没有记录。', 'No records here yet.'],
  records_note: ['只增不改：撤销是另记一条，不会抹掉原来的。', 'Only ever added to: taking back is a further line, nothing is wiped out.'],
  c_time: ['时间', 'Time'],
  c_who: ['谁', 'Who'],
  c_duty: ['事项·期', 'Duty'],
  c_value: ['数值', 'Value'],
  c_state: ['状态', 'State'],
  c_evidence: ['依据', 'Basis'],
  by: ['由{name}', 'by {name}'],
  reversed: ['已撤销', 'taken back'],
  said: ['原话', 'The words'],
  for_bot: ['是对机器人说的', 'addressed to the bot'],
  not_for_bot: ['没有点名机器人', 'not addressed to the bot'],
  nothing_heard: ['没有要记的，也没有要答的：机器人不出声。', 'Nothing to record and nothing to answer: the bot keeps quiet.'],
  no_heard: ['说一句话，这里会显示机器人听懂了什么。', 'Say something, and this shows what the bot made of it.'],
  raw: ['原始 JSON', 'Raw JSON'],
  bad_frame: ['页面发出的内容有误，刷新一下再试', 'The page sent something broken: reload and try again'],
  empty: ['先写点什么再发', 'Write something first'],
  too_long: ['太长了：一条最多 {n} 字', 'Too long: at most {n} characters'],
  no_speaker: ['先选一个人来说话', 'Choose who speaks first'],
  no_chat: ['没有这个会话', 'There is no such chat'],
  no_file: ['文件已经不在了，请重新发', 'The file is gone: send it again'],
  not_yours: ['只能撤回自己发的消息', 'Only your own messages can be taken back'],
  stopping: ['程序正在停下来', 'The program is shutting down'],
  failed: ['出错了，看看程序的日志', "Something went wrong: see the program's log"],
  too_big: ['文件太大：最多 {n} MB', 'The file is too big: at most {n} MB'],
  today: ['今天', 'Today'],
};

// What the ledger and the language name by a key.
const NAMES = {
  member: ['团员', 'member'],
  group_leader: ['小组长', 'group leader'],
  treasurer: ['组织委员', 'treasurer'],
  secretary: ['团支书', 'secretary'],
  committee: ['团委', 'committee'],
  auditor: ['督查', 'auditor'],
  operator: ['管理员', 'operator'],
  guest: ['不在名册', 'on no roster'],
  done: ['完成', 'done'],
  attend: ['签到', 'check-in'],
  leave: ['请假', 'leave'],
  exempt: ['免', 'exempt'],
  confirm: ['确认', 'confirmed'],
  reverse: ['撤销', 'taken back'],
  present: ['实到', 'present'],
  late: ['迟到', 'late'],
  left_early: ['早退', 'left early'],
  personal: ['事假', 'personal leave'],
  sick: ['病假', 'sick leave'],
  e_own: ['自报', 'own word'],
  e_proxy: ['代报', 'by proxy'],
  e_screenshot: ['截图', 'screenshot'],
  e_secretary: ['团干部', 'officer'],
  e_official: ['官方', 'official'],
  dues: ['团费', 'dues'],
  study: ['青年大学习', 'Youth Study'],
  theme_day: ['主题团日', 'theme day'],
  i_report: ['报告：做完了', 'Report: done'],
  i_check_in: ['签到', 'Check in'],
  i_leave: ['请假', 'Ask leave'],
  i_chain: ['接龙', 'Chain list'],
  i_missing: ['问：谁还没', 'Question: who has not'],
  i_stats: ['问：统计', 'Question: statistics'],
  i_unbound: ['问：谁没绑定', 'Question: who is not bound'],
  i_own: ['问：我的记录', 'Question: my records'],
  i_my_data: ['问：存了我什么', 'Question: what is kept of me'],
  i_help: ['问：怎么用', 'Question: how to use it'],
  i_bind: ['绑定姓名', 'Bind a name'],
  i_activate: ['激活', 'Activate'],
  i_bind_code: ['要绑定码', 'Ask for a binding code'],
  i_undo: ['撤销', 'Take back'],
  i_correct: ['更正', 'Correct'],
  i_approve: ['确认', 'Approve'],
  i_yes: ['是', 'Yes'],
  i_no: ['不是', 'No'],
  i_choose: ['选一个', 'Choose'],
  i_remind: ['催一催', 'Remind'],
  i_open: ['开始', 'Open'],
  i_close: ['结束', 'Close'],
  i_export: ['导出', 'Export'],
  i_exempt: ['免除', 'Exempt'],
  i_moved: ['调动', 'Moved'],
  i_setup: ['绑定本群', 'Bind this chat'],
  i_unclear: ['没说清楚', 'Unclear'],
  k_duty: ['事项', 'duty'],
  k_periods: ['期', 'periods'],
  k_issue: ['期号', 'issue'],
  k_amount_fen: ['金额', 'amount'],
  k_count: ['次数', 'count'],
  k_minutes: ['分钟', 'minutes'],
  k_names: ['姓名', 'names'],
  k_name: ['姓名', 'name'],
  k_code: ['口令', 'code'],
  k_late: ['迟到', 'late'],
  k_left_early: ['早退', 'left early'],
  k_from: ['从', 'from'],
  k_to: ['到', 'to'],
  k_kind: ['假别', 'kind of leave'],
  k_entries: ['名单', 'entries'],
  k_until: ['到', 'until'],
  k_path: ['组织', 'unit'],
  k_n: ['第几个', 'number'],
  k_done: ['做了', 'done'],
  k_leave: ['请假', 'leave'],
  k_check_in: ['签到', 'check-in'],
  k_intent: ['意思', 'meaning'],

};

// Phrases to try: [what is typed, what it means in English]. {bot} is its name; @ only where a group needs it.
const PHRASES = {
  group: {
    member: [
      ['交了团费 0.2元', 'I paid dues, 0.2 yuan'],
      ['大学习看完了', 'I finished Youth Study'],
      ['签到', 'Check in'],
      ['主题团日请假，家里有事', 'Leave for the theme day'],
      ['今天食堂的红烧肉真不错', 'Chatter: the bot stays silent'],
    ],
    leader: [
      ['@{bot} 谁没交团费', 'Who has not paid dues?'],
      ['@{bot} 开始签到', 'Open check-in'],
      ['@{bot} 谁没看大学习', 'Who has not studied?'],
      ['@{bot} 团费统计', 'Dues statistics'],
      ['@{bot} 结束签到', 'Close check-in'],
      ['大学习看完了', 'I finished Youth Study'],
    ],
    committee: [
      ['@{bot} 大学习统计', 'Youth Study statistics'],
      ['@{bot} 谁没看大学习', 'Who has not studied?'],
    ],
  },
  private: {
    member: [
      ['我的记录', 'My records'],
      ['交了团费 0.2元', 'I paid dues, 0.2 yuan'],
      ['补交上个月团费', "I paid last month's dues"],
      ['撤销', 'Take that back'],
      ['帮助', 'Help'],
    ],
    leader: [
      ['谁没交团费', 'Who has not paid dues?'],
      ['确认团费', 'Confirm dues'],
      ['团费统计', 'Dues statistics'],
      ['谁没绑定', 'Who is not bound?'],
      ['我的记录', 'My records'],
      ['帮助', 'Help'],
    ],
    committee: [
      ['团费统计', 'Dues statistics'],
      ['大学习统计', 'Youth Study statistics'],
      ['上个月谁没交团费', 'Who did not pay last month?'],
      ['帮助', 'Help'],
    ],
  },
};

let language = 0;

/** Sets the page's language: 'zh-CN' or 'en'. */
export function setLanguage(code) {
  language = code === 'en' ? 1 : 0;
  document.documentElement.lang = code;
}

/** Whether the page speaks English. */
export const english = () => language === 1;

/** The words of a key, with {name} filled in. */
export function t(key, values = {}) {
  const entry = WORDS[key];
  if (!entry) return key;
  return entry[language].replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

/** The word for something that is named by a key; the key itself where none is known. */
export const nameOf = (key) => (NAMES[key] ? NAMES[key][language] : String(key));

/** The phrases that fit a role in a kind of chat. */
export function phrases(isPrivate, role, bot) {
  const kind = role === 'committee' || role === 'auditor' ? 'committee' : role === 'secretary' || role === 'treasurer' ? 'leader' : 'member';
  return PHRASES[isPrivate ? 'private' : 'group'][kind].map(([text, gloss]) => ({ text: text.replaceAll('{bot}', bot), gloss }));
}

/** Puts the words on everything that stands in the page itself. */
export function translate(root) {
  for (const node of root.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll('[data-t-ph]')) node.placeholder = t(node.dataset.tPh);
  for (const node of root.querySelectorAll('[data-t-label]')) node.setAttribute('aria-label', t(node.dataset.tLabel));
  for (const node of root.querySelectorAll('[data-t-title]')) node.title = t(node.dataset.tTitle);
}
