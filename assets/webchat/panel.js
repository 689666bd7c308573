// The side panel, and on a phone which of the views shows.
import { ledger } from './view.js';
import { $, state, ask, complain } from './state.js';

let recordsTimer = 0;
export const later = () => {
  // many at once are read once; and the last of them is read
  recordsTimer ||= setTimeout(() => { recordsTimer = 0; loadRecords().catch(complain); }, 250);
};

export async function loadRecords() {
  const chat = state.chat;
  const rows = await ask(`/api/records?chat=${encodeURIComponent(chat)}`);
  if (chat !== state.chat) return;
  const fresh = new Set(state.known ? rows.map((r) => r.id).filter((id) => !state.known.has(id)) : []);
  state.known = new Set(rows.map((r) => r.id));
  state.rows = rows;
  $('ledger').replaceChildren(...ledger(rows, fresh));
}

export function showTab(name) {
  for (const key of ['ledger', 'heard']) {
    $(key).hidden = key !== name;
    $(`tab-${key}`).setAttribute('aria-selected', String(key === name));
    $(`tab-${key}`).tabIndex = key === name ? 0 : -1;
  }
}

export function openPanel(open) {
  document.body.classList.toggle('open', open);
  $('panel-toggle').setAttribute('aria-expanded', String(open));
  if (open) $('tab-ledger').focus();
}

/** On a phone one view shows at a time; elsewhere this only chooses the tab. */
export function goTo(view) {
  document.body.dataset.view = view === 'ledger' || view === 'heard' ? 'panel' : view;
  if (view === 'ledger' || view === 'heard') showTab(view);
  for (const b of document.querySelectorAll('.bottom button')) b.dataset.to === view ? b.setAttribute('aria-current', 'page') : b.removeAttribute('aria-current');
  if (view === 'talk') $('log').scrollTop = $('log').scrollHeight;
}
