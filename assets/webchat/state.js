// What the page knows, and the small things that every part of it needs.
import { t } from './words.js';

export const $ = (id) => document.getElementById(id);
export const state = {
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
  socket: null,
  clock: null, // {at, local, since}
};

export const isPrivate = (chat) => chat.includes(':@');
export const privateOf = (id) => `webchat:@${id}`;

let toastTimer = 0;
export function toast(text) {
  $('toast').textContent = text;
  $('toast').hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $('toast').hidden = true; }, 5000);
}

export async function ask(path, options) {
  const response = await fetch(path, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.why ?? (response.status === 413 ? 'too_big' : 'failed'));
  return body;
}

export const values = () => ({ n: state.limits.text, bot: state.bot.name });
export const complain = (error) => {
  const why = error instanceof TypeError ? 'offline' : error.message;
  toast(why === 'too_big' ? t(why, { n: Math.floor(state.limits.file / 1048576) }) : t(why, values()));
};
