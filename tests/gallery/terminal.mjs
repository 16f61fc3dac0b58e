// A terminal: each escape sequence as the look it stands for, wide characters two columns wide.
import { MONO, escape, page } from './html.mjs';

const COLOURS = { 31: '#ff6b6b', 32: '#5fd38d', 33: '#f5c451', 34: '#6cb6ff', 36: '#56d4dd' };

const style = `
#shot{padding:0}.window{background:#16181d;border-radius:8px;overflow:hidden}.bar{background:#23262d;padding:8px 12px;line-height:0}.bar i{display:inline-block;width:11px;height:11px;border-radius:50%;margin-right:7px;background:#4a4f5a}
pre{margin:0;padding:14px 18px;font:13px/1.4 ${MONO};color:#d7dae0;white-space:pre}.wide{display:inline-block;width:2ch;text-align:center;overflow:hidden;vertical-align:top;height:1.4em}`;

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;
// A run from right to left stays in its columns, as in a terminal that does not reorder.
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}](?:[\p{Script=Arabic}\p{Script=Hebrew}\p{M}0-9 ]*[\p{Script=Arabic}\p{Script=Hebrew}\p{M}])?/gu;

const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

const cells = (text) => {
  let drawn = '';
  let last = 0;
  for (const run of text.matchAll(RIGHT_TO_LEFT)) {
    drawn += `${columns(text.slice(last, run.index))}<bdi>${escape(run[0])}</bdi>`;
    last = run.index + run[0].length;
  }
  return drawn + columns(text.slice(last));
};

const columns = (text) =>
  [...clusters.segment(text)]
    .map(({ segment }) => (WIDE.test(segment) ? `<span class="wide">${segment}</span>` : escape(segment)))
    .join('');

function look(codes) {
  const styles = codes.map((code) => {
    if (COLOURS[code]) return `color:${COLOURS[code]}`;
    return { 1: 'font-weight:700', 2: 'opacity:.6', 3: 'font-style:italic', 4: 'text-decoration:underline', 9: 'text-decoration:line-through' }[code];
  });
  if (styles.includes(undefined)) throw new Error(`terminal: no code ${codes} is known`);
  return styles.join(';');
}

export const terminal = () => (payloads) => {
  const text = payloads.map(({ text }) => text).join('\n');
  const drawn = text.replace(/\x1b\[([\d;]+)m([^\x1b]*)\x1b\[0m|([^\x1b]+)/g, (_, codes, styled, plain) =>
    codes ? `<span style="${look(codes.split(';').map(Number))}">${cells(styled)}</span>` : cells(plain));
  const body = `<div class="window"><div class="bar"><i></i><i></i><i></i></div><pre>${drawn}</pre></div>`;
  return page({ width: 840, background: '#fff', style, body });
};
