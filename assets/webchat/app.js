// The page of the web chat: listens to the server and to the keyboard, and tells the other parts.
import { t, english, setLanguage, translate } from './words.js';
import { ledger, heard } from './view.js';
import { $, state, ask, complain, privateOf, toast, values } from './state.js';
import { setClock, showClock } from './clock.js';
import { showMe, speakAs } from './speaker.js';
import { hear, loadRooms, reload, renew, showHead, showLog, showRooms } from './rooms.js';
import { later, goTo, openPanel, showTab } from './panel.js';
import { dropFile, showReply } from './composer.js';

let retry = 0;

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
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
  state.socket = socket;
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
