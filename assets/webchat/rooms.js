// Where one speaks: the list of rooms, and the conversation in the chosen one.
import { t, english, phrases } from './words.js';
import { el, avatar, message, day, heard } from './view.js';
import { $, state, ask, complain, isPrivate, privateOf, toast } from './state.js';
import { weekday } from './clock.js';
import { speakAs } from './speaker.js';
import { dropFile, fill, send, showReply } from './composer.js';
import { goTo, later, loadRecords } from './panel.js';

const roomName = (chat) => {
  if (!isPrivate(chat)) return state.groups.find((g) => g.chat === chat)?.name ?? chat;
  if (state.me && chat === privateOf(state.me.id)) return t('private', { bot: state.bot.name });
  return t('private_of', { name: state.privates.get(chat)?.name ?? '' });
};

export async function loadRooms() {
  const rooms = await ask('/api/chats');
  state.groups = rooms.filter((r) => !r.private);
  state.privates = new Map(rooms.filter((r) => r.private).map((r) => [r.chat, r]));
}

export const snippet = (m) => {
  if (!m) return '';
  if (m.recalled) return t('recalled', { name: m.from.name });
  return `${m.from.name}：${m.parts.map((p) => p.text ?? (p.mention ? `@${p.mention.name} ` : `[${(p.file ?? p.picture).name}]`)).join('')}`;
};

function roomButton(chat, name, sign, last, onclick) {
  const n = state.unread.get(chat) ?? 0;
  return el('li', null, el('button.room', { type: 'button', onclick, 'aria-current': chat === state.chat ? 'true' : null, 'data-chat': chat },
    sign, el('span.text', null, el('span', null, name), el('small', null, snippet(last))),
    n ? el('b.badge', { 'aria-label': t('unread', { n }) }, n > 99 ? '99+' : String(n)) : null));
}

export function showRooms() {
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

export async function enter(chat) {
  state.chat = chat;
  sessionStorage.setItem('chat', chat);
  state.unread.delete(chat);
  state.known = null;
  state.quote = null;
  state.messages = [];
  $('log').replaceChildren();
  $('log').setAttribute('aria-busy', 'true');
  dropFile();
  showReply();
  showHead();
  showRooms();
  await reload();
}

export async function reload() {
  const chat = state.chat;
  const { messages, understood } = await ask(`/api/messages?chat=${encodeURIComponent(chat)}`);
  if (chat !== state.chat) return;
  // what was told while the history was on its way comes after it; ids rise
  const last = BigInt(messages.at(-1)?.id ?? 0);
  state.messages = [...messages, ...state.messages.filter((m) => m.chat === chat && BigInt(m.id) > last)];
  state.understood = understood;
  showLog();
  $('log').removeAttribute('aria-busy');
  $('heard').replaceChildren(...heard(understood));
  await loadRecords();
}

export function showHead() {
  const group = !isPrivate(state.chat);
  $('room-name').textContent = roomName(state.chat);
  $('room-note').textContent = t(group ? 'group_note' : 'private_note', { bot: state.bot.name, name: state.me?.name ?? '' });
  $('clip').hidden = group;
  $('at').hidden = !group;
  const chips = phrases(!group, state.me?.role, state.bot.name).map(({ text, gloss }) =>
    el('button.chip', { type: 'button', title: gloss, onclick: () => fill(text) }, text, english() ? el('small', null, gloss) : null));
  $('chips').replaceChildren(...chips);
}

const actions = {
  reply: (m) => { state.quote = m; showReply(); $('input').focus(); },
  recall: (m) => send({ type: 'recall', chat: state.chat, speaker: state.me.id, id: m.id }),
};

export function showLog() {
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

export function renew(m) {
  $('log').querySelector(`[data-id="${CSS.escape(m.id)}"]`)?.replaceWith(message(m, state.me?.id, actions));
}

export function hear(m) {
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
