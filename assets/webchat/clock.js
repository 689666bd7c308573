// The clock: the demo's, not this machine's.
import { english } from './words.js';
import { $, state } from './state.js';

const WEEKDAYS = [['周日', '周一', '周二', '周三', '周四', '周五', '周六'], ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']];
const asUtc = (local) => Date.parse(`${local.replace(' ', 'T')}:00Z`);
export const weekday = (local) => WEEKDAYS[english() ? 1 : 0][new Date(asUtc(local)).getUTCDay()];

export function setClock(at, local) {
  state.clock = { at, local, since: performance.now() };
  showClock();
}

export function showClock() {
  if (!state.clock) return;
  const { at, local, since } = state.clock;
  const passed = Math.floor(((at % 60000) + performance.now() - since) / 60000) * 60000;
  const now = new Date(asUtc(local) + passed).toISOString().slice(0, 16).replace('T', ' ');
  $('clock').textContent = `${now} ${weekday(now)}`;
}
