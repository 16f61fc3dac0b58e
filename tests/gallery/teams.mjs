// Teams: Microsoft's own renderer of Adaptive Cards with Teams' host configuration, in the page.
import { readFileSync } from 'node:fs';
import MarkdownIt from 'markdown-it';
import { SANS, escape, page } from './html.mjs';

const at = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const host = JSON.parse(at('../fixtures/teams/microsoft-teams-light.json'));
const markdown = new MarkdownIt({ html: false, linkify: false });

const style = `
#shot{font:14px/1.43 "Segoe UI",${SANS};color:#242424}
.message{display:flex;gap:10px;margin-bottom:12px}.message:last-child{margin:0}.avatar{flex:none;width:32px;height:32px;border-radius:8px;background:#5b5fc7;color:#fff;font:600 15px/32px ${SANS};text-align:center}
.body{flex:1;min-width:0}.who{font-size:12px;color:#616161;margin-bottom:3px}.who b{font-weight:600;color:#424242;margin-right:6px}
.text{background:#fff;border-radius:6px;padding:8px 14px;box-shadow:0 1px 2px rgba(0,0,0,.12)}.text p{margin:4px 0}.text a{color:#4f52b2}
.card{background:#fff;border-radius:6px;box-shadow:0 1.6px 3.6px rgba(0,0,0,.13),0 .3px .9px rgba(0,0,0,.11);overflow:hidden}
.card a{color:#4f52b2;text-decoration:none}.card p{margin:0}.card ul,.card ol{margin:0;padding-left:22px}
.ac-pushButton{font:600 14px/20px "Segoe UI",${SANS};background:#fff;border:1px solid #d1d1d1;border-radius:4px;padding:5px 12px;color:#242424;min-height:32px}
.ac-pushButton.style-positive{background:#5b5fc7;border-color:#5b5fc7;color:#fff}.ac-pushButton.style-destructive{color:#c4314b;border-color:#c4314b}
.ac-textBlock,.ac-richTextBlock,.ac-fact-value{overflow-wrap:anywhere}.ac-input .ac-input{border:0;padding:0}.ac-input .ac-choiceSetInput-filtered-dropdown,.ac-input .ac-input+div{display:none}.ac-horizontal-separator{border-color:#e0e0e0!important}
.ac-input{font:14px/20px "Segoe UI",${SANS};border:1px solid #d1d1d1;border-radius:4px;padding:5px 10px;background:#fff;width:100%;color:#242424}.ac-textInput.ac-multiline{min-height:72px}
.ac-input input[type=checkbox],.ac-input input[type=radio]{margin-right:8px}.ac-choiceSetInput-expanded,.ac-choiceSetInput-multiSelect,.ac-toggleInput{border:0;padding:2px 0}
.dialog{width:560px;margin:4px auto;background:#fff;border-radius:8px;box-shadow:0 6px 20px rgba(0,0,0,.18)}.title{font-weight:700;font-size:18px;padding:18px 24px 4px}`;

// Runs in the page, once the renderer is there.
function draw() {
  const { cards, host } = JSON.parse(document.getElementById('cards').textContent);
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = window.markdownit({ html: false }).render(text);
    result.didProcess = true;
  };
  cards.forEach((card, at) => {
    const drawn = new AdaptiveCards.AdaptiveCard();
    drawn.hostConfig = new AdaptiveCards.HostConfig(host);
    drawn.parse(card);
    document.getElementById(`card-${at}`).append(drawn.render());
  });
}

export const teams = () => (payloads) => {
  const cards = [];
  const card = (content) => `<div class="card" id="card-${cards.push(content) - 1}"></div>`;
  const body = payloads.map((payload) => {
    if (payload.card) {
      const title = `<div class="title">${escape(payload.title ?? '')}</div>`;
      return `<div class="dialog">${title}${card(payload.card.content)}</div>`;
    }
    const text = payload.text ? `<div class="text">${markdown.render(payload.text)}</div>` : '';
    const drawn = (payload.attachments ?? []).map(({ content }) => card(content)).join('');
    return `<div class="message"><div class="avatar">c</div><div class="body"><div class="who"><b>opsbot</b>9:41 AM</div>${text}${drawn}</div></div>`;
  }).join('');
  const json = JSON.stringify({ cards, host }).replaceAll('<', '\\u003c');
  const scripts = ['node_modules/adaptivecards/dist/adaptivecards.min.js', 'node_modules/markdown-it/dist/markdown-it.min.js'];
  const script = `<script type="application/json" id="cards">${json}</script>${scripts.map((path) => `<script>${at(path)}</script>`).join('')}<script>(${draw})()</script>`;
  return page({ width: 720, background: '#f5f5f5', style, body, script });
};
