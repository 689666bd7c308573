// Speaking: the message box, what is quoted, the file that goes with it, and the frame that leaves.
import { t } from './words.js';
import { el } from './view.js';
import { $, state, ask, complain, isPrivate, toast, values } from './state.js';
import { snippet } from './rooms.js';

let asked = 0;

export function fill(text) {
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

export const showReply = () => note('reply', state.quote ? `${state.quote.from.name}：${snippet(state.quote).slice(state.quote.from.name.length + 1)}` : '', () => { state.quote = null; showReply(); $('input').focus(); });
export const dropFile = () => { state.file = null; $('file').value = ''; note('attached', '', null); };

export function send(frame) {
  if (state.socket?.readyState !== WebSocket.OPEN) return toast(t('offline')), false;
  state.socket.send(JSON.stringify({ r: ++asked, ...frame }));
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
