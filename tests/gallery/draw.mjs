// Draws what the platforms are sent, and writes the page that shows it. `./gallery --help` says how.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import sharp from 'sharp';
import { CHART } from './html.mjs';
import { mail } from './mail.mjs';
import { mattermost } from './mattermost.mjs';
import { slack } from './slack.mjs';
import { teams } from './teams.mjs';
import { terminal } from './terminal.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const corpus = here('../corpus');
const out = here('../../docs/gallery');
const all = process.argv.includes('--all');

// What stands behind this mark is written by a test of opsbot's, and stays.
const STORY = '<!-- The story:';

// Higher than this a message is torn off: nobody reads more in a gallery.
const MOST_HIGH = 1000;

// Ids and the names that people see.
function names() {
  const found = {};
  const walk = (value) => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === 'object') {
      for (const [kind, inner] of Object.entries(value)) {
        if (['user', 'group', 'channel'].includes(kind) && inner?.id) found[inner.id] = inner.handle ?? inner.name;
        walk(inner);
      }
    }
  };
  for (const file of readdirSync(corpus).filter((name) => name.endsWith('.json'))) {
    walk(JSON.parse(readFileSync(`${corpus}/${file}`, 'utf8')));
  }
  return found;
}

const platforms = [
  { name: 'slack', title: 'Slack', draw: slack(names()), forms: true },
  { name: 'teams', title: 'Teams', draw: teams(), forms: true },
  { name: 'mattermost', title: 'Mattermost', draw: mattermost(), forms: true },
  { name: 'ansi', title: 'Terminal', draw: terminal(), forms: false },
  { name: 'html', title: 'HTML', draw: mail(), forms: true },
];

const messages = JSON.parse(readFileSync(here('messages.json'), 'utf8'));

// The webhooks of Teams, each with the surface whose payload it is sent.
const teamsWebhooks = [
  { surface: 'webhook', title: 'Teams, by a workflow' },
  { surface: 'answer', title: 'Teams, in answer to an outgoing webhook' },
];

// A picture for each message and platform that has one, and for a few messages of the webhooks too.
function pictures() {
  return messages.flatMap(({ name, webhooks }) => [
    ...platforms.flatMap((platform) => {
      const form = `${platform.name}/${name}.form.json`;
      const file = existsSync(`${corpus}/payloads/${form}`) ? form : `${platform.name}/${name}.json`;
      if (!existsSync(`${corpus}/payloads/${file}`) || (file === form && !platform.forms)) return [];
      return [picture(name, platform, platform.title, file, `${name}.${platform.name}.png`)];
    }),
    ...(webhooks ? teamsWebhooks : []).map(({ surface, title }) => {
      const platform = platforms.find((it) => it.name === 'teams');
      return picture(name, platform, title, `teams/${name}.${surface}.json`, `${name}.${surface}.teams.png`);
    }),
  ]);
}

function picture(name, platform, title, file, png) {
  const bytes = readFileSync(`${corpus}/payloads/${file}`);
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { name, platform, title, file, hash, payloads: JSON.parse(bytes), png };
}

function recorded() {
  const path = `${out}/hashes.txt`;
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  return Object.fromEntries(lines.map((line) => line.split('  ').reverse()));
}

async function shoot(browser, picture) {
  const tab = await browser.newPage();
  await tab.setViewport({ width: 900, height: 800 });
  // Nothing is fetched: a picture in a message is one of ours.
  await tab.setRequestInterception(true);
  tab.on('request', (request) => {
    if (request.resourceType() === 'image') request.respond({ contentType: 'image/svg+xml', body: CHART });
    else if (request.url().startsWith('data:') || request.url() === 'about:blank') request.continue();
    else request.abort();
  });
  const wrong = [];
  tab.on('pageerror', (error) => wrong.push(String(error)));
  await tab.setContent(picture.platform.draw(picture.payloads), { waitUntil: 'load' });
  await tab.evaluate(() => document.fonts.ready.then(() => {}));
  if (wrong.length) throw new Error(`${picture.file}: ${wrong.join('; ')}`);
  const shot = await tab.$('#shot');
  const { x, y, width, height } = await shot.boundingBox();
  const clip = { x, y, width, height: Math.min(height, MOST_HIGH) };
  const png = await tab.screenshot({ clip, captureBeyondViewport: true });
  await tab.close();
  let image = sharp(png);
  if (height > MOST_HIGH) {
    const fade = `<svg width="${width}" height="90"><defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#fff"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/></svg>`;
    image = image.composite([{ input: Buffer.from(fade), left: 0, top: MOST_HIGH - 90 }]);
  }
  writeFileSync(`${out}/${picture.png}`, await image.png({ palette: true, colours: 32, effort: 10, compressionLevel: 9 }).toBuffer());
}

function markdown(drawn) {
  const cell = (picture) => {
    if (!picture) return '';
    const parts = picture.payloads.length > 1 ? ` in ${picture.payloads.length} messages` : '';
    return `![${picture.name} in ${picture.title}${parts}](gallery/${picture.png})`;
  };
  const section = ({ name, title, said }) => {
    const shown = drawn.filter((one) => one.name === name);
    const source = existsSync(`${corpus}/${name}.md`) ? `${name}.md` : `${name}.json`;
    const rows = [];
    for (let at = 0; at < shown.length; at += 2) {
      const pair = [shown[at], shown[at + 1]];
      const head = pair.map((one) => {
        if (!one) return '';
        const parts = one.payloads.length > 1 ? ` (${one.payloads.length} messages)` : '';
        return `[${one.title}](../tests/corpus/payloads/${one.file})${parts}`;
      });
      rows.push(at === 0 ? `| ${head.join(' | ')} |\n|---|---|` : `| **${head.join('** | **')}** |`.replaceAll('****', ''));
      rows.push(`| ${pair.map(cell).join(' | ')} |`);
    }
    return `## ${title}\n\n${said} ([${source}](../tests/corpus/${source}))\n\n${rows.join('\n')}\n`;
  };
  return `${PAGE}\n${messages.map(section).join('\n')}`;
}

const PAGE = `# Gallery

What each platform makes of the same message. Every picture is drawn from the payload that the platform is sent
([tests/corpus/payloads](../tests/corpus/payloads)): Teams by Microsoft's own renderer with Teams' configuration, Slack and
Mattermost by previews that draw as their clients do, the terminal from its escape codes, HTML as it is. What is longer than
a screen is torn off. Behind a platform's name stands its payload; what the two webhooks of Teams are sent instead is drawn for
[one message](#an-incident-with-its-timeline), and stands beside it for the others.

\`./gallery\` draws it anew, and [gallery/hashes.txt](gallery/hashes.txt) has the SHA-256 of each payload as it was drawn; a
test says when a picture is out of date. What a platform could not show as it was meant is in
[losses.txt](../tests/corpus/payloads/losses.txt). [A whole story](#a-whole-story-side-by-side), as two platforms show it, ends
the page.
`;

mkdirSync(out, { recursive: true });
const drawn = pictures();
const before = recorded();
const due = drawn.filter(({ file, hash, png }) => all || before[file] !== hash || !existsSync(`${out}/${png}`));
const profile = mkdtempSync(`${tmpdir()}/chatgate-gallery-`);
const browser = due.length && (await puppeteer.launch({
  executablePath: process.env.CHROMIUM,
  userDataDir: profile,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none'],
}));
try {
  for (const picture of due) {
    await shoot(browser, picture);
    console.log(`drew ${picture.png}`);
  }
} finally {
  if (browser) await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
const wanted = new Set(drawn.map(({ png }) => png));
for (const file of readdirSync(out).filter((file) => file.endsWith('.png') && !wanted.has(file))) rmSync(`${out}/${file}`);
writeFileSync(`${out}/hashes.txt`, drawn.map(({ hash, file }) => `${hash}  ${file}\n`).sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''));
const page = here('../../docs/gallery.md');
const written = existsSync(page) ? readFileSync(page, 'utf8') : '';
const story = written.includes(STORY) ? `\n${written.slice(written.indexOf(STORY))}` : '';
writeFileSync(page, markdown(drawn) + story);
console.log(`${due.length} of ${drawn.length} pictures drawn`);
