// What Mattermost would be sent for the corpus has the types that Mattermost publishes.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const folder = here('../corpus/payloads/mattermost');
const payloads = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => {
    const parts = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
    return parts.map((payload, at) => ({ name: `${name}, part ${at + 1}`, payload }));
  });

// What an action calls is in no published type, for no client ever sees it.
function seen(attachments) {
  return attachments.map((attachment) => {
    if (!attachment.actions) return attachment;
    const actions = attachment.actions.map(({ integration, ...action }) => action);
    return { ...attachment, actions };
  });
}

// Literals, because the type of an imported JSON file forgets which strings there are.
function source({ payload }) {
  const said = (value, type) => `${JSON.stringify(value, null, 2)} satisfies ${type};`;
  const lines = [
    "import type { Post } from '@mattermost/types/posts';",
    "import type { CommandResponse, Dialog } from '@mattermost/types/integrations';",
    "import type { MessageAttachment } from '@mattermost/types/message_attachments';",
  ];
  if (payload.elements) {
    lines.push(`export const dialog = ${said(payload, 'Dialog')}`);
  } else if (payload.props?.attachments) {
    const { attachments, ...props } = payload.props;
    lines.push(`export const attachments = ${said(seen(attachments), 'MessageAttachment[]')}`);
    lines.push(`export const post = ${said({ ...payload, props }, 'Partial<Post>')}`);
  } else {
    const answer = { ...payload, attachments: seen(payload.attachments) };
    lines.push(`export const answer = ${said(answer, 'Partial<CommandResponse>')}`);
  }
  return `${lines.join('\n')}\n`;
}

// What the compiler says of each source.
function check(name, sources) {
  const folder = here(`node_modules/.mattermost-${name}/`);
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

test('every payload has the types that Mattermost publishes', () => {
  assert.ok(payloads.length > 0);
  const errors = check('right', payloads.map(source)).map((line) => {
    const at = /payload-(\d+)\.ts/.exec(line)?.[1];
    return `${payloads[at - 1]?.name}: ${line.replace(/^.*error /, '')}`;
  });
  assert.deepEqual(errors, []);
});

test('a payload that is wrong does not pass', () => {
  const post = (attachment) => ({ message: 'x', props: { attachments: [attachment] } });
  const wrong = [
    post({ colour: 'red' }),
    post({ text: 'x', fields: [{ title: 'a', value: 'b', short: 'yes' }] }),
    post({ actions: [{ id: 'a', integration: {} }] }),
    { message: 1, props: { attachments: [] } },
    { text: 'x', attachments: [], skip_slack_parsing: 'yes' },
    { title: 'x', elements: [{ name: 'a', type: 'text' }] },
  ];
  const errors = check('wrong', wrong.map((payload) => source({ payload })));
  for (const at of wrong.keys()) {
    const found = errors.filter((line) => line.includes(`payload-${at + 1}.ts`));
    assert.ok(found.length > 0, `the payload ${at + 1} passed: ${JSON.stringify(wrong[at])}`);
  }
});

test('every action can be called', () => {
  for (const { name, payload } of payloads) {
    const attachments = payload.props?.attachments ?? payload.attachments ?? [];
    for (const { id, integration } of attachments.flatMap((it) => it.actions ?? [])) {
      assert.match(id, /^[A-Za-z0-9]+$/, name);
      assert.equal(integration.url, 'chatgate:integration', name);
    }
  }
});
