// What is sent has the types that Slack publishes, and the fake is no stricter and no laxer.
//
// A file in payloads/ is one call, or a list of calls: {"method": "chat.postMessage", "arguments": {…}}; a
// file of the corpus is a list of messages or forms.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WebClient } from '@slack/web-api';
import { silent, startFake } from './fake.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// The types of each method's arguments. They leave blocks open, so those are checked besides.
const types = {
  'chat.postMessage': 'ChatPostMessageArguments',
  'chat.update': 'ChatUpdateArguments',
  'chat.postEphemeral': 'ChatPostEphemeralArguments',
  'views.open': 'ViewsOpenArguments',
  'views.push': 'ViewsPushArguments',
  'views.update': 'ViewsUpdateArguments',
  'views.publish': 'ViewsPublishArguments',
};

// Every call of a folder's files, by the file's name.
function calls(folder, read) {
  return readdirSync(here(folder))
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const all = [JSON.parse(readFileSync(here(`${folder}/${name}`), 'utf8'))].flat();
      return all.map((one, at) => ({ name: `${name}, call ${at + 1}`, ...read(one) }));
    });
}

const payloads = [
  ...calls('payloads', (call) => call),
  ...calls('../corpus/payloads/slack', (payload) =>
    payload.type === 'modal'
      ? { method: 'views.open', arguments: { trigger_id: '1.2.3', view: payload } }
      : { method: 'chat.postMessage', arguments: { channel: 'C0OPS', ...payload } },
  ),
];

// Slack's reference and its Python models have the offset of a numbered list; these types do not.
function typed(value) {
  if (Array.isArray(value)) return value.map(typed);
  if (value === null || typeof value !== 'object') return value;
  const { offset, ...fields } = value;
  const kept = value.type === 'rich_text_list' && Number.isInteger(offset) ? fields : value;
  return Object.fromEntries(Object.entries(kept).map(([name, inner]) => [name, typed(inner)]));
}

// Literals, because the type of an imported JSON file forgets which strings there are.
function source(call) {
  const type = types[call.method];
  assert.ok(type, `${call.name}: no types are known for ${call.method}`);
  const said = typed(call.arguments);
  const blocks = said.blocks ?? said.view?.blocks ?? [];
  return [
    `import type { ${type} } from '@slack/web-api';`,
    "import type { KnownBlock } from '@slack/types';",
    `export const call = ${JSON.stringify(said, null, 2)} satisfies ${type};`,
    `export const blocks = ${JSON.stringify(blocks, null, 2)} satisfies KnownBlock[];`,
    '',
  ].join('\n');
}

// What the compiler says of each source.
function check(sources) {
  const folder = here('node_modules/.payloads/');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = sources.map((text, at) => {
    const file = `${folder}payload-${at + 1}.ts`;
    writeFileSync(file, text);
    return file;
  });
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022'];
  const modules = ['--module', 'nodenext', '--moduleResolution', 'nodenext'];
  const tsc = here('node_modules/typescript/bin/tsc');
  const done = spawnSync(process.execPath, [tsc, ...options, ...modules, ...files], {
    encoding: 'utf8',
  });
  return done.stdout.split('\n').filter((line) => line.includes('error TS'));
}

test('every payload has the published types', () => {
  assert.ok(payloads.length > 0);
  const errors = check(payloads.map(source));
  const named = errors.map((line) => {
    const at = /payload-(\d+)\.ts/.exec(line)?.[1];
    return `${payloads[at - 1]?.name}: ${line.replace(/^.*error /, '')}`;
  });
  assert.deepEqual(named, []);
});

test('a payload that is wrong does not pass', () => {
  const text = { type: 'mrkdwn', text: 'x' };
  const wrong = [
    [{ type: 'header', text }],
    [{ type: 'section', text, colour: 'red' }],
    [{ type: 'nonsense' }],
  ].map((blocks) => {
    const call = { channel: 'C', text: 'x', blocks };
    return source({ name: 'wrong', method: 'chat.postMessage', arguments: call });
  });
  const found = new Set(check(wrong).map((line) => /payload-(\d+)/.exec(line)?.[1]));
  assert.deepEqual([...found].sort(), ['1', '2', '3']);
});

test('the fake takes every payload', async () => {
  const fake = await startFake();
  const client = new WebClient(fake.token, { slackApiUrl: fake.api_url, logger: silent });
  await fake.control('configure', { listen_url: 'http://127.0.0.1:1/', echo: false });
  const refusals = [];
  for (const { name, method, arguments: sent } of payloads) {
    const call = { ...sent };
    if ('channel' in call) call.channel = 'C0OPS';
    if ('user' in call) call.user = 'U0ALICE';
    // What they point to is not there.
    delete call.thread_ts;
    if ('ts' in call) call.ts = (await client.chat.postMessage({ channel: 'C0OPS', text: 'x' })).ts;
    if ('trigger_id' in call) {
      const slash = { user: 'U0ALICE', channel: 'C0OPS', command: '/x' };
      const { attempt } = await fake.control('slash', slash);
      call.trigger_id = new URLSearchParams(attempt.request).get('trigger_id');
    }
    if (method === 'views.publish') call.user_id = 'U0ALICE';
    // What it points to is not there.
    if (method === 'views.update' || method === 'views.push') continue;
    try {
      await client.apiCall(method, call);
    } catch (error) {
      const why = error.data?.response_metadata?.messages ?? [];
      refusals.push(`${name}: ${error.data?.error ?? error.message} ${why.join('; ')}`);
    }
  }
  await fake.stop();
  assert.deepEqual(refusals, []);
});
