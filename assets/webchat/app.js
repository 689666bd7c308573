// The page of the web chat: keeps what it was told, sends what is typed. How things look is view.js, words are words.js.
import { t, nameOf, english, setLanguage, translate, phrases } from './words.js';
import { el, avatar, badge, message, day, ledger, heard } from './view.js';

const $ = (id) => document.getElementById(id);
const state = {
  bot: { id: 'zhibu', name: '小支' },
  limits: { text: 4000, file: 5 << 20 },
  me: null, // who speaks
  chat: null, // where, as 'webchat:group' or 'webchat:@person'
  groups: [], // [{chat, name, last}]
  privates: new Map(), // chat → {chat, name, person, last}
  messages: [],
  understood: null,
  rows: [],
  known: null, // ids of rows seen before, by chat
  unread: new Map(),
  quote: null,
  file: null,
  clock: null, // {at, local, since}
};
let socket = null;
let retry = 0;
let asked = 0;

const isPrivate = (chat) => chat.includes(':@');
const privateOf = (id) => `webchat:@${id}`;
const roomName = (chat) => {
  if (!isPrivate(chat)) return state.groups.find((g) => g.chat === chat)?.name ?? chat;
  if (state.me && chat === privateOf(state.me.id)) return t('private', { bot: state.bot.name });
  return t('private_of', { name: state.privates.get(chat)?.name ?? '' });
};

// ---- words that pass by

let toastTimer = 0;
function toast(text) {
  $('toast').textContent = text;
  $('toast').hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $('toast').hidden = true; }, 5000);
}

async function ask(path, options) {
  const response = await fetch(path, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.why ?? (response.status === 413 ? 'too_big' : 'failed'));
  return body;
}

const values = () => ({ n: state.limits.text, bot: state.bot.name });
const complain = (error) => {
  const why = error instanceof TypeError ? 'offline' : error.message;
  toast(why === 'too_big' ? t(why, { n: Math.floor(state.limits.file / 1048576) }) : t(why, values()));
};

// ---- the clock: the demo's, not this machine's

const WEEKDAYS = [['周日', '周一', '周二', '周三', '周四', '周五', '周六'], ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']];
const asUtc = (local) => Date.parse(`${local.replace(' ', 'T')}:00Z`);
const weekday = (local) => WEEKDAYS[english() ? 1 : 0][new Date(asUtc(local)).getUTCDay()];

function setClock(at, local) {
  state.clock = { at, local, since: performance.now() };
  showClock();
}

function showClock() {
  if (!state.clock) return;
  const { at, local, since } = state.clock;
  const passed = Math.floor(((at % 60000) + performance.now() - since) / 60000) * 60000;
  const now = new Date(asUtc(local) + passed).toISOString().slice(0, 16).replace('T', ' ');
  $('clock').textContent = `${now} ${weekday(now)}`;
}

// ---- who speaks

function showMe() {
  const p = state.me;
  $('me').replaceChildren(...(p ? [avatar(p), el('div.grow', null, el('div', null, el('b', null, p.name), badge(p.role) ?? ''), el('small', null, p.unit))] : [el('span.muted', null, t('no_speaker'))]));
  $('as').textContent = p ? t('as', { name: p.name }) : t('speaker');
}

async function speakAs(person, chat) {
  state.me = person;
  sessionStorage.setItem('speaker', person.id);
  showMe();
  state.quote = null;
  showReply();
  await enter(chat ?? (state.chat && !isPrivate(state.chat) && !person.chat ? state.chat : person.chat) ?? privateOf(person.id));
}

const combo = { people: [], at: -1, turn: 0, busy: null };

function search() {
  combo.busy = find();
}

async function find() {
  const turn = ++combo.turn;
  try {
    const people = await ask(`/api/people?q=${encodeURIComponent($('search').value)}`);
    if (turn !== combo.turn) return;
    combo.people = people;
    combo.at = people.length && $('search').value.trim() ? 0 : -1;
    showPeople(true);
  } catch (error) {
    complain(error);
  }
}

function showPeople(open) {
  const list = $('people');
  list.hidden = !open;
  $('search').setAttribute('aria-expanded', String(open));
  if (!open) {
    $('search').removeAttribute('aria-activedescendant');
    return;
  }
  const rows = combo.people.map((p, i) => el('li', { role: 'option', id: `person-${i}`, 'aria-selected': String(i === combo.at), onmousedown: (e) => { e.preventDefault(); pick(i); } },
    avatar(p), el('div.grow', null, el('div', null, `${p.name} `, badge(p.role)), el('small', null, p.unit))));
  list.replaceChildren(...(rows.length ? rows : [el('li.none', null, t('nobody'))]));
  if (combo.at >= 0) {
    $('search').setAttribute('aria-activedescendant', `person-${combo.at}`);
    rows[combo.at].scrollIntoView({ block: 'nearest' });
  }
}

function pick(i) {
  const person = combo.people[i];
  if (!person) return;
  combo.turn++;
  $('search').value = '';
  showPeople(false);
  speakAs(person).catch(complain);
  goTo('talk');
  $('input').focus();
}

$('search').addEventListener('focus', search);
$('search').addEventListener('input', search);
$('search').addEventListener('blur', () => { combo.turn++; showPeople(false); });
$('search').addEventListener('keydown', (e) => {
  if (e.isComposing) return;
  if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
    e.preventDefault();
    const n = combo.people.length;
    if (n) combo.at = (combo.at + (e.key === 'ArrowDown' ? 1 : -1) + n) % n;
    showPeople(true);
  } else if (e.key === 'Enter') {
    e.preventDefault();
    // whoever types faster than the answer comes means what is typed now
    combo.busy?.then(() => pick(combo.at));
  } else if (e.key === 'Escape' && !$('people').hidden) {
    e.stopPropagation();
    showPeople(false);
  }
});

// ---- where

async function loadRooms() {
  const rooms = await ask('/api/chats');
  state.groups = rooms.filter((r) => !r.private);
  state.privates = new Map(rooms.filter((r) => r.private).map((r) => [r.chat, r]));
}

const snippet = (m) => {
  if (!m) return '';
  if (m.recalled) return t('recalled', { name: m.from.name });
  return `${m.from.name}：${m.parts.map((p) => p.text ?? (p.mention ? `@${p.mention.name} ` : `[${p.file.name}]`)).join('')}`;
};

function roomButton(chat, name, sign, last, onclick) {
  const n = state.unread.get(chat) ?? 0;
  return el('li', null, el('button.room', { type: 'button', onclick, 'aria-current': chat === state.chat ? 'true' : null, 'data-chat': chat },
    sign, el('span.text', null, el('span', null, name), el('small', null, snippet(last))),
    n ? el('b.badge', { 'aria-label': t('unread', { n }) }, n > 99 ? '99+' : String(n)) : null));
}

function showRooms() {
  const own = state.me ? privateOf(state.me.id) : null;
  const go = (chat) => () => { enter(chat).catch(complain); goTo('talk'); $('input').focus(); };
  const list = state.groups.map((g) => roomButton(g.chat, g.name, el('span.sign', { 'aria-hidden': 'true' }, '👥'), g.last, go(g.chat)));
  if (own) list.push(roomButton(own, t('private', { bot: state.bot.name }), avatar({ ...state.bot, bot: true }), state.privates.get(own)?.last, go(own)));
  const others = [...state.privates.values()].filter((r) => r.chat !== own && r.last).sort((a, b) => b.last.at - a.last.at);
  if (others.length) {
    list.push(el('li', null, el('h2.sub', null, t('others'))));
    for (const r of others) {
      const as = () => { speakAs(r.person, r.chat).catch(complain); goTo('talk'); $('input').focus(); };
      list.push(roomButton(r.chat, r.name, avatar(r.person), r.last, as));
    }
  }
  const kept = document.activeElement?.dataset?.chat;
  $('rooms').replaceChildren(...list);
  if (kept) $('rooms').querySelector(`[data-chat="${CSS.escape(kept)}"]`)?.focus();
  const unread = [...state.unread.values()].reduce((a, b) => a + b, 0);
  $('unread').hidden = !unread;
  $('unread').textContent = unread > 99 ? '99+' : String(unread);
  document.title = (unread ? `(${unread}) ` : '') + t('title');
}

async function enter(chat) {
  state.chat = chat;
  sessionStorage.setItem('chat', chat);
  state.unread.delete(chat);
  state.known = null;
  state.quote = null;
  state.messages = [];
  dropFile();
  showReply();
  showHead();
  showRooms();
  await reload();
}

async function reload() {
  const chat = state.chat;
  const { messages, understood } = await ask(`/api/messages?chat=${encodeURIComponent(chat)}`);
  if (chat !== state.chat) return;
  // what was told while the history was on its way comes after it; ids rise
  const last = BigInt(messages.at(-1)?.id ?? 0);
  state.messages = [...messages, ...state.messages.filter((m) => m.chat === chat && BigInt(m.id) > last)];
  state.understood = understood;
  showLog();
  $('heard').replaceChildren(...heard(understood));
  await loadRecords();
}

function showHead() {
  const group = !isPrivate(state.chat);
  $('room-name').textContent = roomName(state.chat);
  $('room-note').textContent = t(group ? 'group_note' : 'private_note', { bot: state.bot.name, name: state.me?.name ?? '' });
  $('clip').hidden = group;
  $('at').hidden = !group;
  const chips = phrases(!group, state.me?.role, state.bot.name).map(({ text, gloss }) =>
    el('button.chip', { type: 'button', title: gloss, onclick: () => fill(text) }, text, english() ? el('small', null, gloss) : null));
  $('chips').replaceChildren(...chips);
}

// ---- the conversation

const actions = {
  reply: (m) => { state.quote = m; showReply(); $('input').focus(); },
  recall: (m) => send({ type: 'recall', chat: state.chat, speaker: state.me.id, id: m.id }),
};

function showLog() {
  const log = $('log');
  log.setAttribute('aria-live', 'off'); // a whole history is not news
  log.replaceChildren();
  if (!state.messages.length) log.append(el('p.hint', null, t('empty_log')));
  state.messages.forEach((m, i) => append(m, state.messages[i - 1]));
  log.scrollTop = log.scrollHeight;
  requestAnimationFrame(() => log.setAttribute('aria-live', 'polite'));
}

function append(m, before) {
  if (m.local.slice(0, 10) !== before?.local.slice(0, 10)) $('log').append(day(m.local, weekday(m.local)));
  $('log').append(message(m, state.me?.id, actions));
}

function renew(m) {
  $('log').querySelector(`[data-id="${CSS.escape(m.id)}"]`)?.replaceWith(message(m, state.me?.id, actions));
}

function hear(m) {
  const group = state.groups.find((g) => g.chat === m.chat);
  if (group) group.last = m;
  else if (state.privates.has(m.chat)) state.privates.get(m.chat).last = m;
  else loadRooms().then(showRooms).catch(complain);
  if (m.chat !== state.chat) {
    state.unread.set(m.chat, (state.unread.get(m.chat) ?? 0) + 1);
    showRooms();
    return;
  }
  if (state.messages.some((x) => x.id === m.id)) return;
  const log = $('log');
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  if (!state.messages.length) log.replaceChildren();
  append(m, state.messages.at(-1));
  state.messages.push(m);
  if (atEnd || m.from.id === state.me?.id) log.scrollTop = log.scrollHeight;
  else toast(t('new_below'));
  showRooms();
  later();
}

// ---- side panel

let recordsTimer = 0;
const later = () => { clearTimeout(recordsTimer); recordsTimer = setTimeout(() => loadRecords().catch(complain), 250); };

async function loadRecords() {
  const chat = state.chat;
  const rows = await ask(`/api/records?chat=${encodeURIComponent(chat)}`);
  if (chat !== state.chat) return;
  const fresh = new Set(state.known ? rows.map((r) => r.id).filter((id) => !state.known.has(id)) : []);
  state.known = new Set(rows.map((r) => r.id));
  state.rows = rows;
  $('ledger').replaceChildren(...ledger(rows, fresh));
}

function showTab(name) {
  for (const key of ['ledger', 'heard']) {
    $(key).hidden = key !== name;
    $(`tab-${key}`).setAttribute('aria-selected', String(key === name));
    $(`tab-${key}`).tabIndex = key === name ? 0 : -1;
  }
}

function openPanel(open) {
  document.body.classList.toggle('open', open);
  $('panel-toggle').setAttribute('aria-expanded', String(open));
  if (open) $('tab-ledger').focus();
}

/** On a phone one view shows at a time; elsewhere this only chooses the tab. */
function goTo(view) {
  document.body.dataset.view = view === 'ledger' || view === 'heard' ? 'panel' : view;
  if (view === 'ledger' || view === 'heard') showTab(view);
  for (const b of document.querySelectorAll('.bottom button')) b.dataset.to === view ? b.setAttribute('aria-current', 'page') : b.removeAttribute('aria-current');
  if (view === 'talk') $('log').scrollTop = $('log').scrollHeight;
}

// ---- speaking

function fill(text) {
  $('input').value = text;
  grow();
  $('input').focus();
}

function grow() {
  const input = $('input');
  input.style.height = '36px';
  if (input.scrollHeight > 38) input.style.height = `${Math.min(input.scrollHeight + 2, 140)}px`;
}

function note(id, text, cancel) {
  $(id).hidden = !text;
  $(id).replaceChildren(...(text ? [el('span', null, text), el('button.tool', { type: 'button', onclick: cancel }, t('cancel'))] : []));
}

const showReply = () => note('reply', state.quote ? `${state.quote.from.name}：${snippet(state.quote).slice(state.quote.from.name.length + 1)}` : '', () => { state.quote = null; showReply(); $('input').focus(); });
const dropFile = () => { state.file = null; $('file').value = ''; note('attached', '', null); };

function send(frame) {
  if (socket?.readyState !== WebSocket.OPEN) return toast(t('offline')), false;
  socket.send(JSON.stringify({ r: ++asked, ...frame }));
  return true;
}

async function speak() {
  const text = $('input').value;
  if (!state.me) return toast(t('no_speaker'));
  if (!text.trim() && !state.file) return;
  let file = null;
  try {
    if (state.file) {
      const { handle } = await ask('/api/files', { method: 'POST', body: state.file });
      file = { handle, name: state.file.name };
    }
  } catch (error) {
    return complain(error);
  }
  const frame = { type: 'say', chat: state.chat, speaker: state.me.id, text };
  if (state.quote) frame.quote = state.quote.id;
  if (file) frame.file = file;
  if (!send(frame)) return;
  $('input').value = '';
  state.quote = null;
  dropFile();
  showReply();
  grow();
  $('input').focus();
}

function attach(file) {
  if (!file) return;
  if (!isPrivate(state.chat)) return toast(t('file_private', values()));
  if (file.size > state.limits.file) return complain(new Error('too_big'));
  state.file = file;
  note('attached', `📄 ${file.name}`, () => { dropFile(); $('input').focus(); });
  $('input').focus();
}

$('composer').addEventListener('submit', (e) => { e.preventDefault(); speak(); });
$('input').addEventListener('input', grow);
$('input').addEventListener('keydown', (e) => {
  if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) {
    e.preventDefault();
    speak();
  }
});
$('at').addEventListener('click', () => fill(`@${state.bot.name} ${$('input').value}`));
$('clip').addEventListener('click', () => $('file').click());
$('file').addEventListener('change', () => attach($('file').files[0]));

const carriesFile = (e) => [...(e.dataTransfer?.types ?? [])].includes('Files');
document.addEventListener('dragover', (e) => {
  if (!carriesFile(e)) return;
  e.preventDefault();
  $('drop').hidden = false;
});
document.addEventListener('dragleave', (e) => { if (!e.relatedTarget) $('drop').hidden = true; });
document.addEventListener('drop', (e) => {
  if (!carriesFile(e)) return;
  e.preventDefault();
  $('drop').hidden = true;
  attach(e.dataTransfer.files[0]);
});

// ---- the rest of the page

$('next').addEventListener('click', async () => {
  $('next').disabled = true;
  try {
    const moved = await ask('/api/clock/next', { method: 'POST' });
    if (!moved) toast(t('no_next'));
  } catch (error) {
    complain(error);
  }
  $('next').disabled = false;
  $('next').focus();
});

function setWords(code) {
  setLanguage(code);
  localStorage.setItem('language', code);
  translate(document);
  $('lang').textContent = english() ? '中文' : 'English';
  $('lang').lang = english() ? 'zh-CN' : 'en';
  showMe();
  showClock();
  if (!state.chat) return;
  showHead();
  showRooms();
  showLog();
  $('ledger').replaceChildren(...ledger(state.rows, new Set()));
  $('heard').replaceChildren(...heard(state.understood));
}

$('lang').addEventListener('click', () => setWords(english() ? 'zh-CN' : 'en'));
$('as').addEventListener('click', () => { goTo('side'); $('search').focus(); });
$('panel-toggle').addEventListener('click', () => openPanel(!document.body.classList.contains('open')));
$('panel-close').addEventListener('click', () => { openPanel(false); $('panel-toggle').focus(); });
for (const key of ['ledger', 'heard']) {
  $(`tab-${key}`).addEventListener('click', () => showTab(key));
  $(`tab-${key}`).addEventListener('keydown', (e) => {
    if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
    const other = key === 'ledger' ? 'heard' : 'ledger';
    showTab(other);
    $(`tab-${other}`).focus();
  });
}
for (const button of document.querySelectorAll('.bottom button')) button.addEventListener('click', () => goTo(button.dataset.to));
document.addEventListener('keydown', (e) => {
  const typing = e.target.matches?.('input, textarea');
  if (e.key === '/' && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
    e.preventDefault();
    goTo('talk');
    $('input').focus();
  } else if (e.key === 'Escape') {
    if (document.body.classList.contains('open')) { openPanel(false); $('panel-toggle').focus(); }
    else if (state.quote || state.file) { state.quote = null; dropFile(); showReply(); }
    else if (document.body.dataset.view !== 'talk') goTo('talk');
  }
});

// ---- the line to the server

const news = {
  async hello(e) {
    state.bot = e.bot;
    state.limits = e.limits;
    $('input').maxLength = e.limits.text;
    setClock(e.at, e.local);
    retry = 0;
    document.body.classList.remove('offline');
    await start();
  },
  message: (e) => hear(e.message),
  reaction(e) {
    const m = e.chat === state.chat && state.messages.find((x) => x.id === e.id);
    if (!m) return;
    if (!m.reactions.includes(e.emoji)) m.reactions.push(e.emoji);
    renew(m);
    later();
  },
  recalled(e) {
    const gone = (m) => { if (m?.id === e.id) { m.recalled = true; m.parts = []; } };
    [...state.groups, ...state.privates.values()].forEach((r) => gone(r.last));
    const m = e.chat === state.chat && state.messages.find((x) => x.id === e.id);
    if (m) { gone(m); renew(m); }
    showRooms();
  },
  understood(e) {
    if (e.chat !== state.chat) return;
    state.understood = e.understood;
    $('heard').replaceChildren(...heard(e.understood));
  },
  clock(e) {
    setClock(e.at, e.local);
    if (e.reminded) toast(t('jumped', { local: e.local, what: e.reminded.what }));
    later();
  },
  resync: () => start(),
  refused: (e) => toast(t(e.why, values())),
};

async function start() {
  await loadRooms();
  if (state.me) {
    showHead();
    showRooms();
    await reload();
    return;
  }
  const people = await ask('/api/people?q=');
  const last = sessionStorage.getItem('speaker');
  const chosen = people.find((p) => p.id === last) ?? people.find((p) => p.role === 'secretary') ?? people[0];
  if (!chosen) { showMe(); return; }
  const chat = chosen.id === last ? sessionStorage.getItem('chat') : null;
  await speakAs(chosen, chat && (chat === privateOf(chosen.id) || state.groups.some((g) => g.chat === chat)) ? chat : undefined);
}

function connect() {
  socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
  let line = Promise.resolve();
  socket.onmessage = (frame) => {
    const e = JSON.parse(frame.data);
    line = line.then(() => news[e.type]?.(e)).catch(complain);
  };
  socket.onclose = () => {
    document.body.classList.add('offline');
    if (retry++ > 0) toast(t('offline'));
    setTimeout(connect, Math.min(500 * 2 ** retry, 10000));
  };
}

setWords(localStorage.getItem('language') === 'en' ? 'en' : 'zh-CN');
setInterval(showClock, 5000);
connect();
