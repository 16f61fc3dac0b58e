// Slack: Block Kit drawn as Slack draws it. What this does not know fails, so that a new block is not
// overlooked.
import { SANS, MONO, emoji, escape, lines, page } from './html.mjs';

const style = `
#shot{font:15px/1.46668 ${SANS};color:#1d1c1d}
.message{display:flex;gap:10px;margin-bottom:14px}.message:last-child{margin:0}.avatar{flex:none;width:36px;height:36px;border-radius:6px;background:#4a154b;color:#fff;font:700 17px/36px ${SANS};text-align:center}
.body{flex:1;min-width:0}.who b{font-weight:900}.who .app{background:#e8e8e8;color:#616061;font-size:10px;font-weight:700;border-radius:2px;padding:1px 3px;margin:0 6px 0 5px;vertical-align:1px}.who time{color:#616061;font-size:12px}
.block{margin:6px 0}.header{font-weight:900;font-size:18px;line-height:1.33}.context{color:#616061;font-size:13px;line-height:1.38}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px 16px}.split{display:flex;justify-content:space-between;gap:16px;align-items:flex-start}
hr{border:0;border-top:1px solid #ddd;margin:12px 0}a{color:#1264a3;text-decoration:none}
.mention{color:#1264a3;background:rgba(29,155,209,.1);border-radius:3px;padding:0 2px 1px}.broadcast{background:#fff0c8;color:#1d1c1d;border-radius:3px;padding:0 2px 1px}
code{font:12px/1.5 ${MONO};color:#c01343;background:rgba(29,28,29,.04);border:1px solid rgba(29,28,29,.13);border-radius:3px;padding:2px 3px 1px}
pre{font:12px/1.5 ${MONO};margin:4px 0;padding:8px;background:rgba(29,28,29,.04);border:1px solid rgba(29,28,29,.13);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere}
blockquote{margin:4px 0;padding-left:12px;border-left:4px solid #ddd}ul,ol{margin:0;padding-left:28px}li{margin:1px 0}
.button{display:inline-block;border:1px solid rgba(29,28,29,.3);border-radius:8px;padding:4px 12px;margin:0 8px 6px 0;font-weight:700;font-size:13px;background:#fff}
.primary{background:#007a5a;border-color:#007a5a;color:#fff}.danger{background:#e01e5a;border-color:#e01e5a;color:#fff}
.select{display:inline-block;border:1px solid rgba(29,28,29,.3);border-radius:8px;padding:4px 10px;margin:0 8px 6px 0;font-size:13px;color:#454447;min-width:150px;background:#fff}.select::after{content:"⌄";float:right;margin-left:14px}
.table{border:1px solid #ddd;border-radius:8px;overflow:hidden;display:inline-block;margin-top:6px;max-width:100%}table{border-collapse:collapse;font-size:14px}th,td{border-bottom:1px solid #ddd;border-right:1px solid #ddd;padding:6px 10px;text-align:left;vertical-align:top;font-weight:400}tr:last-child td{border-bottom:0}th:last-child,td:last-child{border-right:0}tr:first-child td{background:#f8f8f8}
img{max-width:360px;border-radius:8px;display:block}
.modal{border:1px solid #ddd;border-radius:10px;box-shadow:0 4px 16px rgba(0,0,0,.12);width:520px;margin:4px auto;background:#fff}.title{font-weight:900;font-size:20px;padding:16px 24px;border-bottom:1px solid #eee}.inside{padding:12px 24px}.foot{padding:14px 24px;border-top:1px solid #eee;text-align:right}.foot .button{margin:0 0 0 8px;padding:7px 14px;font-size:15px}
.label{font-weight:700;margin:12px 0 4px}.label span{font-weight:400;color:#616061}.input{border:1px solid #868686;border-radius:6px;padding:7px 11px;min-height:38px;color:#1d1c1d;background:#fff}.tall{min-height:76px}.empty{color:#868686}.hint{color:#616061;font-size:13px;margin-top:3px}.pick{margin:5px 0;font-variant-emoji:text}.pick small{color:#616061;font-size:13px;margin-left:24px;display:block}.chosen::after{content:"⌄";float:right;color:#616061}
.file{border:1px dashed #868686;border-radius:6px;padding:12px;color:#616061;text-align:center}`;

const SIGNS = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const unescape = (text) => text.replace(/&(amp|lt|gt);/g, (sign) => SIGNS[sign]);

// Slack's tokens for points in time, in English, at UTC.
function date({ timestamp, format, fallback }) {
  const at = new Date(timestamp * 1000);
  const say = (options) => new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options }).format(at);
  const tokens = {
    date_num: () => at.toISOString().slice(0, 10),
    date_short: () => say({ month: 'short', day: 'numeric', year: 'numeric' }),
    date_short_pretty: () => say({ month: 'short', day: 'numeric', year: 'numeric' }),
    date: () => say({ month: 'long', day: 'numeric', year: 'numeric' }),
    time: () => say({ hour: 'numeric', minute: '2-digit' }),
    ago: () => fallback,
  };
  return escape(format.replace(/\{(\w+)\}/g, (token, name) => tokens[name]?.() ?? token));
}

export function slack(names) {
  const user = (id) => `<span class="mention">@${escape(names[id] ?? id)}</span>`;
  const channel = (id) => `<span class="mention">#${escape(names[id] ?? id)}</span>`;

  function mrkdwn(text) {
    const said = [];
    const keep = (html) => `\u0000${said.push(html) - 1}\u0000`;
    let rest = text.replace(/`([^`\n]+)`/g, (_, code) => keep(`<code>${escape(unescape(code))}</code>`));
    rest = rest.replace(/<([^>]+)>/g, (_, inside) => {
      const [target, label] = inside.split('|');
      if (target.startsWith('@')) return keep(user(target.slice(1)));
      if (target.startsWith('#')) return keep(channel(target.slice(1)));
      if (target.startsWith('!subteam^')) return keep(user(target.slice(9)));
      if (target.startsWith('!date^')) {
        const [, timestamp, format] = target.split('^');
        return keep(date({ timestamp: Number(timestamp), format, fallback: label }));
      }
      if (target.startsWith('!')) return keep(`<span class="broadcast">@${escape(target.slice(1))}</span>`);
      return keep(`<a>${escape(unescape(label ?? target))}</a>`);
    });
    rest = lines(unescape(rest))
      .replace(/(^|[\s(])\*([^*\n]+)\*/g, '$1<b>$2</b>')
      .replace(/(^|[\s(])_([^_\n]+)_/g, '$1<i>$2</i>')
      .replace(/(^|[\s(])~([^~\n]+)~/g, '$1<s>$2</s>')
      .replace(/:([a-z_]+):/g, (_, name) => emoji(name));
    return rest.replace(/\u0000(\d+)\u0000/g, (_, at) => said[at]);
  }

  const text = (object) => (object.type === 'mrkdwn' ? mrkdwn(object.text) : lines(object.text));

  function inline(element) {
    let html;
    switch (element.type) {
      case 'text': html = lines(element.text); break;
      case 'link': html = `<a>${lines(element.text ?? element.url)}</a>`; break;
      case 'emoji': html = emoji(element.name); break;
      case 'user': html = user(element.user_id); break;
      case 'usergroup': html = user(element.usergroup_id); break;
      case 'channel': html = channel(element.channel_id); break;
      case 'broadcast': html = `<span class="broadcast">@${escape(element.range)}</span>`; break;
      case 'date': html = date(element); break;
      default: throw new Error(`Slack: rich text has no ${element.type} here`);
    }
    const { bold, italic, strike, code } = element.style ?? {};
    if (code) html = `<code>${html}</code>`;
    if (bold) html = `<b>${html}</b>`;
    if (italic) html = `<i>${html}</i>`;
    return strike ? `<s>${html}</s>` : html;
  }

  function rich(element) {
    const inside = () => element.elements.map(inline).join('');
    switch (element.type) {
      case 'rich_text_section': return `<div>${inside()}</div>`;
      case 'rich_text_quote': return `<blockquote>${inside()}</blockquote>`;
      case 'rich_text_preformatted': return `<pre>${inside()}</pre>`;
      case 'rich_text_list': {
        const tag = element.style === 'ordered' ? 'ol' : 'ul';
        const indent = 24 * (element.indent ?? 0);
        const kinds = element.style === 'ordered' ? ['decimal', 'lower-alpha', 'lower-roman'] : ['disc', 'circle', 'square'];
        const kind = kinds[(element.indent ?? 0) % 3];
        const items = element.elements.map((item) => `<li>${item.elements.map(inline).join('')}</li>`).join('');
        return `<${tag} start="${1 + (element.offset ?? 0)}" style="list-style:${kind};margin-left:${indent}px">${items}</${tag}>`;
      }
      default: throw new Error(`Slack: no ${element.type} is known`);
    }
  }

  const SELECTS = /^(multi_)?(static|users|conversations|channels|external)_select$|^(date|time|datetime)picker$/;

  function control(element) {
    if (element.type === 'button') return `<span class="button ${element.style ?? ''}">${text(element.text)}</span>`;
    if (element.type === 'overflow') return '<span class="button">⋯</span>';
    if (!SELECTS.test(element.type)) throw new Error(`Slack: no ${element.type} is known`);
    const shown = { datepicker: 'Select a date', timepicker: 'Select a time', datetimepicker: 'Select a date and time' };
    const label = element.placeholder?.text ?? shown[element.type] ?? 'Select an item';
    return `<span class="select">${escape(label)}</span>`;
  }

  function table({ rows, column_settings: columns = [] }) {
    const cell = (content, at) => {
      const inside = content.type === 'rich_text' ? content.elements.map(rich).join('') : lines(content.text);
      return `<td style="text-align:${columns[at]?.align ?? 'left'}">${inside}</td>`;
    };
    return `<div class="table"><table>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</table></div>`;
  }

  function block(given) {
    switch (given.type) {
      case 'header': return `<div class="block header">${text(given.text)}</div>`;
      case 'divider': return '<hr>';
      case 'rich_text': return `<div class="block">${given.elements.map(rich).join('')}</div>`;
      case 'context': return `<div class="block context">${given.elements.map(text).join(' ')}</div>`;
      case 'actions': return `<div class="block">${given.elements.map(control).join('')}</div>`;
      case 'image': {
        const title = given.title ? `<div class="context">${text(given.title)}</div>` : '';
        return `<div class="block">${title}<img src="${escape(given.image_url)}" alt="${escape(given.alt_text)}"></div>`;
      }
      case 'section': {
        const fields = (given.fields ?? []).map((field) => `<div>${text(field)}</div>`).join('');
        const words = (given.text ? `<div>${text(given.text)}</div>` : '') + (fields && `<div class="fields">${fields}</div>`);
        const beside = given.accessory ? `<div>${control(given.accessory)}</div>` : '';
        return `<div class="block${beside && ' split'}"><div>${words}</div>${beside}</div>`;
      }
      case 'table': return `<div class="block">${table(given)}</div>`;
      case 'input': return input(given);
      default: throw new Error(`Slack: no ${given.type} is known`);
    }
  }

  function input({ label, element, hint, optional }) {
    const option = (one) => (one ? escape(one.text.text) : '');
    const empty = `<span class="empty">${escape(element.placeholder?.text ?? '')}</span>`;
    const field = (value, more = '') => `<div class="input ${more}">${value === undefined || value === '' ? empty : escape(value)}</div>`;
    let html;
    switch (element.type) {
      case 'plain_text_input': html = field(element.initial_value, element.multiline ? 'tall' : ''); break;
      case 'number_input': case 'email_text_input': case 'url_text_input': html = field(element.initial_value); break;
      case 'datepicker': html = field(element.initial_date ?? 'Select a date', 'chosen'); break;
      case 'timepicker': html = field(element.initial_time ?? 'Select a time', 'chosen'); break;
      case 'datetimepicker': html = field('Select a date and time', 'chosen'); break;
      case 'file_input': html = '<div class="file">Upload a file</div>'; break;
      case 'radio_buttons': case 'checkboxes': {
        const on = (element.initial_options ?? [element.initial_option]).map(option);
        const signs = element.type === 'checkboxes' ? ['☑', '☐'] : ['◉', '○'];
        html = element.options.map((one) => {
          const hint = one.description ? `<small>${escape(one.description.text)}</small>` : '';
          return `<div class="pick">${signs[on.includes(option(one)) ? 0 : 1]}&nbsp; ${option(one)}${hint}</div>`;
        }).join('');
        break;
      }
      default: {
        if (!SELECTS.test(element.type)) throw new Error(`Slack: no ${element.type} is known`);
        html = field(element.initial_option ? element.initial_option.text.text : element.placeholder?.text ?? 'Select an option', 'chosen');
      }
    }
    const may = optional ? ' <span>(optional)</span>' : '';
    return `<div class="label">${escape(label.text)}${may}</div>${html}${hint ? `<div class="hint">${escape(hint.text)}</div>` : ''}`;
  }

  const blocks = (given) => {
    // Slack shows a message's table below everything else.
    const last = given.filter(({ type }) => type === 'table');
    return [...given.filter(({ type }) => type !== 'table'), ...last].map(block).join('');
  };

  return (payloads) => {
    const body = payloads.map((payload) => {
      if (payload.type === 'modal') {
        const cancel = `<span class="button">${escape(payload.close?.text ?? 'Cancel')}</span>`;
        const submit = `<span class="button primary">${escape(payload.submit?.text ?? 'Submit')}</span>`;
        return `<div class="modal"><div class="title">${escape(payload.title.text)}</div><div class="inside">${blocks(payload.blocks)}</div><div class="foot">${cancel}${submit}</div></div>`;
      }
      const inside = payload.blocks?.length ? blocks(payload.blocks) : mrkdwn(payload.text);
      return `<div class="message"><div class="avatar">c</div><div class="body"><div class="who"><b>opsbot</b><span class="app">APP</span><time>9:41 AM</time></div>${inside}</div></div>`;
    }).join('');
    return page({ width: 720, background: '#fff', style, body });
  };
}
