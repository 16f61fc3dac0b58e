// What all pictures share: text made safe, emoji by name, and the frame around a message.

export const escape = (text) =>
  String(text).replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]);

// Line ends shown.
export const lines = (text) => escape(text).replaceAll('\n', '<br>');

const EMOJI = {
  white_check_mark: '✅', x: '❌', warning: '⚠️', information_source: 'ℹ️', arrow_forward: '▶️',
  white_circle: '⚪', heavy_minus_sign: '➖', wave: '👋', tada: '🎉', rocket: '🚀', fire: '🔥',
};

export const emoji = (name) => EMOJI[name] ?? `:${escape(name)}:`;

// Fonts of the products first, then those that have every script.
export const SANS = '"Noto Sans", "Noto Sans CJK JP", "Noto Sans Arabic", "Noto Sans Devanagari", "Noto Sans Thai", "Noto Color Emoji", sans-serif';
export const MONO = '"DejaVu Sans Mono", "Noto Sans Mono", "Noto Sans Mono CJK JP", "Noto Color Emoji", monospace';

// A page as wide as the product's column; the picture is what is in `#shot`.
export function page({ width, background, style, body, script = '' }) {
  return `<!DOCTYPE html><html><head><meta charset="utf-8"><style>
*{box-sizing:border-box}html,body{margin:0;background:${background}}
#shot{width:${width}px;padding:14px 18px;background:${background}}
${style}</style></head><body><div id="shot">${body}</div>${script}</body></html>`;
}

// A picture that a message shows: nothing is fetched, so every address is this one.
export const CHART = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="260" viewBox="0 0 800 260">
<rect width="800" height="260" fill="#181b1f"/><g stroke="#2c3235">${[40, 90, 140, 190, 240].map((y) => `<path d="M40 ${y}H790"/>`).join('')}</g>
<path d="M40 60 L150 62 L260 58 L330 70 L380 196 L470 205 L580 214 L690 226 L790 230" fill="none" stroke="#f2495c" stroke-width="3"/>
<path d="M40 48 L200 50 L400 49 L600 52 L790 54" fill="none" stroke="#73bf69" stroke-width="3"/>
<path d="M40 80 L200 84 L400 90 L600 96 L790 101" fill="none" stroke="#5794f2" stroke-width="3"/></svg>`;
