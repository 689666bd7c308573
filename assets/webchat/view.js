// What the page shows, built from data. Text only ever becomes text nodes: nothing here parses HTML.
import { t, nameOf, english } from './words.js';

/** An element: el('p.muted', {title: '…'}, 'text', child, …). Attributes that are null or false are left out. */
export function el(kind, attributes, ...children) {
  const [tag, ...classes] = kind.split('.');
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

const TINTS = 8;

/** A round sign for somebody: the last characters of the name on a tint that stays theirs. */
export function avatar(author) {
  if (author.bot) return el('span.avatar.bot', { 'aria-hidden': 'true' }, '★');
  let sum = 0;
  for (const c of author.id) sum = (sum * 31 + c.codePointAt(0)) % 997;
  const letters = [...author.name.replace(/[·•]/g, '')].slice(-2).join('');
  return el(`span.avatar.tint${sum % TINTS}`, { 'aria-hidden': 'true' }, letters);
}

/** A role's badge; nothing for members, to keep the list calm. */
export function badge(role) {
  if (role === 'member') return null;
  const key = role ?? 'guest';
  return el(`span.role.role-${key}`, null, nameOf(key));
}

function piece(part, me) {
  if ('text' in part) return document.createTextNode(part.text);
  if ('mention' in part) return el(`span.mention${part.mention.id === me ? '.to-me' : ''}`, null, `@${part.mention.name}`);
  if ('picture' in part) {
    const { name, handle } = part.picture;
    const at = `/api/files/${encodeURIComponent(handle)}`;
    return el('a.picture', { href: at, download: name }, el('img', { src: at, alt: name }));
  }
  const size = part.file.size < 1024 ? `${part.file.size} B` : `${Math.ceil(part.file.size / 1024)} KB`;
  const name = el('b', null, part.file.name);
  const taken = part.file.handle ? el('a', { href: `/api/files/${encodeURIComponent(part.file.handle)}`, download: part.file.name }, name) : name;
  return el('span.file', null, el('span', { 'aria-hidden': 'true' }, '📄 '), taken, ` ${size}`);
}

/** A message with its name, time, bubble, quote and reactions. `on` gives what its buttons do. */
export function message(m, me, on) {
  const time = el('time', { title: m.local }, m.local.slice(11));
  if (m.recalled) return el('p.gone', { 'data-id': m.id }, t('recalled', { name: m.from.name }));
  const mine = !m.from.bot && m.from.id === me;
  const bubble = el('div.bubble', null, ...m.parts.map((p) => piece(p, me)));
  const quote = m.quote ? el('div.quote', null, el('span', null, `${m.quote.name}：`), m.quote.text) : null;
  const tools = el(
    'div.tools',
    null,
    el('button.tool', { type: 'button', onclick: () => on.reply(m) }, t('reply')),
    mine ? el('button.tool', { type: 'button', onclick: () => on.recall(m) }, t('recall')) : null,
  );
  const head = el('div.who', null, el('span.name', null, m.from.name), m.from.bot ? el('span.role.role-bot', null, t('bot')) : badge(m.from.role), time, tools);
  const seen = el('div.reactions', null, ...m.reactions.map((r) => el('span.reaction', null, r)));
  const body = el('div.body', null, head, bubble, quote, seen);
  return el(`article.message${mine ? '.mine' : ''}${m.from.bot ? '.from-bot' : ''}`, { 'data-id': m.id }, avatar(m.from), body);
}

/** The line between two days. */
export const day = (local, weekday) => el('p.day', null, el('span', null, `${local.slice(0, 10)} ${weekday}`));

/** The ledger as it is kept, newest first. */
export function ledger(rows, fresh) {
  if (!rows.length) return [el('p.hint', null, t('no_records'))];
  const head = ['c_time', 'c_who', 'c_duty', 'c_value', 'c_state', 'c_evidence'].map((k) => el('th', { scope: 'col' }, t(k)));
  const body = rows.map((r) => {
    const what = r.kind === 'attend' || r.kind === 'leave' ? nameOf(r.state ?? r.kind) : nameOf(r.kind);
    const gone = r.reversed ? '.reversed' : '';
    const isNew = fresh.has(r.id) ? '.fresh' : '';
    return el(
      `tr.kind-${r.kind}${gone}${isNew}`,
      { 'data-id': r.id },
      el('td.num', null, r.local.slice(5, 10), el('br'), el('small', null, r.local.slice(11))),
      el('td', null, r.name, el('small', null, r.branch)),
      el('td', null, r.duty, el('small.num', null, r.period)),
      el('td.num', null, r.value),
      el('td', null, el('span.state', null, what), r.reversed ? el('small.warn', null, t('reversed')) : null),
      el('td', null, nameOf(`e_${r.evidence}`), r.by ? el('small', null, t('by', { name: r.by })) : null),
    );
  });
  const table = el('table', null, el('thead', null, el('tr', null, ...head)), el('tbody', null, ...body));
  return [table, el('p.hint', null, t('records_note'))];
}

function show(key, value) {
  if (key === 'amount_fen') return `${(value / 100).toFixed(2).replace(/\.?0+$/, '')} ${english() ? 'yuan' : '元'}`;
  if (key === 'entries') return value.map((e) => `${e.n}. ${e.name} ${e.text}`).join('\n');
  if (Array.isArray(value)) return value.join(english() ? ', ' : '、');
  if (value === true) return '✓';
  return key === 'duty' || key === 'kind' ? nameOf(value) : String(value);
}

/** The text with the stretches that gave something marked. Stretches count bytes of UTF-8. */
function marked(text, meanings) {
  const bytes = new TextEncoder().encode(text);
  const decode = (from, to) => new TextDecoder().decode(bytes.slice(from, to));
  const spans = meanings.flatMap((m) => m.why).sort((a, b) => a[1] - b[1]);
  const out = [];
  let at = 0;
  for (const [part, from, to] of spans) {
    if (from < at || to > bytes.length || from >= to) continue;
    const label = nameOf(`k_${part}`).replace(/^k_/, '');
    out.push(decode(at, from), el('mark', { title: label }, decode(from, to), el('sub', null, label)));
    at = to;
  }
  out.push(decode(at, bytes.length));
  return out;
}

/** What was understood of the last message. */
export function heard(understood) {
  if (!understood) return [el('p.hint', null, t('no_heard'))];
  const { text, addressed, meanings } = understood;
  const cards = meanings.map(({ intent }) => {
    const { intent: kind, ...rest } = intent;
    const rows = Object.entries(rest).flatMap(([k, v]) => [el('dt', null, nameOf(`k_${k}`).replace(/^k_/, '')), el('dd', null, show(k, v))]);
    return el('section.card', null, el('h3', null, nameOf(`i_${kind}`).replace(/^i_/, ''), el('code', null, kind)), el('dl', null, ...rows));
  });
  return [
    el('h3.label', null, t('said')),
    el('p.said', null, ...marked(text, meanings)),
    el('p.hint', null, t(addressed ? 'for_bot' : 'not_for_bot')),
    ...(cards.length ? cards : [el('p.quiet-card', null, t('nothing_heard'))]),
    el('details', null, el('summary', null, t('raw')), el('pre', null, JSON.stringify(meanings.map((m) => m.intent), null, 2))),
  ];
}
