// Who speaks: the card of the one who does, and the box to search for another.
import { t } from './words.js';
import { el, avatar, badge } from './view.js';
import { $, state, ask, complain, isPrivate, privateOf } from './state.js';
import { enter } from './rooms.js';
import { showReply } from './composer.js';
import { goTo } from './panel.js';

export function showMe() {
  const p = state.me;
  $('me').replaceChildren(...(p ? [avatar(p), el('div.grow', null, el('div', null, el('b', null, p.name), badge(p.role) ?? ''), el('small', null, p.unit))] : [el('span.muted', null, t('no_speaker'))]));
  $('as').textContent = p ? t('as', { name: p.name }) : t('speaker');
}

export async function speakAs(person, chat) {
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
