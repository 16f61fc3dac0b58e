// Mattermost: a post's Markdown, its attachments and dialogs, drawn as the web client draws them.
import MarkdownIt from 'markdown-it';
import { SANS, MONO, emoji, escape, page } from './html.mjs';

const style = `
#shot{font:14px/1.43 ${SANS};color:#3f4350}
.message{display:flex;gap:10px;margin-bottom:14px}.message:last-child{margin:0}.avatar{flex:none;width:32px;height:32px;border-radius:50%;background:#1c58d9;color:#fff;font:600 15px/32px ${SANS};text-align:center}
.body{flex:1;min-width:0}.who b{font-weight:600}.who .bot{background:#e8e9ed;color:#3f4350;font-size:10px;font-weight:600;border-radius:4px;padding:1px 4px;margin:0 6px;vertical-align:1px}.who time{color:#8b8d95;font-size:11px}
p{margin:0 0 8px}p:last-child{margin:0}h1,h2,h3,h4,h5,h6{font-weight:600;margin:10px 0 6px;line-height:1.3}h1{font-size:24px}h2{font-size:20px}h3{font-size:18px}h4,h5,h6{font-size:16px}
a,.mention{color:#386fe5;text-decoration:none}ul,ol{margin:0 0 8px;padding-left:24px}li>ul,li>ol{margin:0}.task{list-style:none;margin-left:-18px}.task>ul{padding-left:38px}.task,.pick{font-variant-emoji:text}
code{font:12px/1.5 ${MONO};background:#ecedef;border-radius:4px;padding:1px 4px}pre{font:12px/1.5 ${MONO};background:#f7f8f8;border:1px solid #e1e2e5;border-radius:4px;padding:8px 10px;margin:6px 0;white-space:pre-wrap;overflow-wrap:anywhere}pre code{background:none;padding:0}
blockquote{margin:6px 0;padding:2px 0 2px 14px;border-left:3px solid #c5c7cc;color:#5d616b}hr{border:0;border-top:2px solid #e1e2e5;margin:12px 0}
table{border-collapse:collapse;margin:6px 0;display:block;max-width:100%;overflow:hidden}th,td{border:1px solid #d9dadd;padding:5px 12px;text-align:left;vertical-align:top}th{font-weight:600}tr:nth-child(even) td{background:#f7f8f8}
.attachment>:first-child{margin-top:0}.attachment{border:1px solid #e1e2e5;border-left:4px solid #c5c7cc;border-radius:4px;padding:10px 12px;margin:6px 0;box-shadow:0 1px 2px rgba(0,0,0,.05)}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px 18px;margin-top:8px}.fields .wide{grid-column:1/3}.fields b{display:block;font-weight:600;margin-bottom:1px}
.actions{margin-top:10px}.button{display:inline-block;border:1px solid #386fe5;border-radius:4px;color:#1c58d9;font-weight:600;font-size:12px;padding:5px 12px;margin:0 6px 4px 0;background:#fff}.primary{background:#1c58d9;border-color:#1c58d9;color:#fff}.danger{border-color:#d24b4e;color:#d24b4e}.good,.success{border-color:#3db887;color:#2e8a65}
.select{display:inline-block;border:1px solid #c5c7cc;border-radius:4px;font-size:12px;padding:5px 10px;margin:0 6px 4px 0;color:#5d616b;min-width:170px}.select::after{content:"⌄";float:right;margin-left:16px}
img{max-width:420px;border-radius:4px;display:block;margin:6px 0}
.dialog{border:1px solid #d9dadd;border-radius:8px;box-shadow:0 6px 18px rgba(0,0,0,.14);width:520px;margin:4px auto;background:#fff}.title{font-weight:600;font-size:20px;padding:18px 24px}.inside{padding:0 24px 10px}.foot{padding:14px 24px;border-top:1px solid #e8e9ed;text-align:right}.foot .button{font-size:14px;padding:8px 18px;margin:0 0 0 8px}
.label{font-weight:600;margin:14px 0 5px}.label i{color:#d24b4e;font-style:normal}.label span{font-weight:400;color:#8b8d95}.input{border:1px solid #c5c7cc;border-radius:4px;padding:8px 12px;min-height:38px}.tall{min-height:80px}.empty{color:#8b8d95}.hint{color:#8b8d95;font-size:12px;margin-top:4px}.chosen::after{content:"⌄";float:right;color:#8b8d95}.pick{margin:5px 0}`;

const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true });
markdown.renderer.rules.image = (tokens, at) => {
  const token = tokens[at];
  return `<img src="${escape(token.attrGet('src'))}" alt="${escape(token.content)}">`;
};
const plain = markdown.renderer.rules.text;
// What the client finds in text that is no code: emoji, people, channels. A WORD JOINER hides a name.
markdown.renderer.rules.text = (...given) =>
  plain(...given)
    .replace(/:([a-z_]+):/g, (_, name) => emoji(name))
    .replace(/(^|[\s(])([@~][a-z][\w.-]*)/g, '$1<span class="mention">$2</span>');

// Tasks have boxes and no bullets.
const tasks = (html) =>
  html.replace(/<li>(\s*<p>)?\[([ x])\]/g, (_, paragraph = '', done) => `<li class="task">${paragraph}${done === 'x' ? '☑' : '☐'}`);

const say = (text) => tasks(markdown.render(text ?? ''));

function attachment({ color, pretext, title, title_link: link, text, fields = [], actions = [], image_url: image, footer }) {
  const field = ({ title, value, short }) => `<div class="${short ? '' : 'wide'}"><b>${escape(title)}</b>${say(value)}</div>`;
  const action = ({ type, name, style }) =>
    `<span class="${type === 'select' ? 'select' : `button ${style ?? ''}`}">${escape(name)}</span>`;
  return [
    pretext && say(pretext),
    `<div class="attachment" style="border-left-color:${escape(color ?? '#c5c7cc')}">`,
    title && `<p>${link ? `<a>${escape(title)}</a>` : `<b>${escape(title)}</b>`}</p>`,
    text && say(text),
    fields.length && `<div class="fields">${fields.map(field).join('')}</div>`,
    image && `<img src="${escape(image)}">`,
    footer && `<p class="hint">${escape(footer)}</p>`,
    actions.length && `<div class="actions">${actions.map(action).join('')}</div>`,
    '</div>',
  ].filter(Boolean).join('');
}

function element({ type, display_name: label, optional, default: value, placeholder, help_text: hint, options = [], data_source: source, subtype }) {
  const chosen = options?.find((option) => option.value === value)?.text ?? value;
  const empty = placeholder || (source === 'users' ? 'Select a user' : source === 'channels' ? 'Select a channel' : type === 'select' ? 'Select an option' : '');
  const shown = chosen === '' || chosen === undefined ? `<span class="empty">${escape(empty)}</span>` : escape(chosen);
  const fields = {
    text: () => `<div class="input">${shown}</div>`,
    textarea: () => `<div class="input tall">${shown}</div>`,
    select: () => `<div class="input chosen">${shown}</div>`,
    date: () => `<div class="input chosen">${shown}</div>`,
    datetime: () => `<div class="input chosen">${shown}</div>`,
    radio: () => options.map((option) => `<div class="pick">${option.value === value ? '◉' : '○'}&nbsp; ${escape(option.text)}</div>`).join(''),
    bool: () => `<div class="pick">${value === 'true' ? '☑' : '☐'}&nbsp; ${escape(placeholder || '')}</div>`,
  };
  const draw = fields[type];
  if (!draw) throw new Error(`Mattermost: no ${type} ${subtype ?? ''} is known`);
  const must = optional ? ' <span>(optional)</span>' : ' <i>*</i>';
  return `<div class="label">${escape(label)}${must}</div>${draw()}${hint ? `<div class="hint">${escape(hint)}</div>` : ''}`;
}

export const mattermost = () => (payloads) => {
  const body = payloads.map((payload) => {
    if (payload.elements) {
      const submit = `<span class="button primary">${escape(payload.submit_label || 'Submit')}</span>`;
      const intro = payload.introduction_text ? say(payload.introduction_text) : '';
      return `<div class="dialog"><div class="title">${escape(payload.title)}</div><div class="inside">${intro}${payload.elements.map(element).join('')}</div><div class="foot"><span class="button">Cancel</span>${submit}</div></div>`;
    }
    const attachments = (payload.props?.attachments ?? []).map(attachment).join('');
    return `<div class="message"><div class="avatar">c</div><div class="body"><div class="who"><b>opsbot</b><span class="bot">BOT</span><time>9:41 AM</time></div>${say(payload.message)}${attachments}</div></div>`;
  }).join('');
  return page({ width: 720, background: '#fff', style, body });
};
