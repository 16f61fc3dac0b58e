// Slack's own framework takes what the fake delivers for genuine, and nothing else.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import bolt from '@slack/bolt';
import { startFake } from './fake.mjs';

const { App, HTTPReceiver, LogLevel } = bolt;
const channel = 'C0OPS';
const plain = (text) => ({ type: 'plain_text', text });
const card = [
  {
    type: 'actions',
    block_id: 'row',
    elements: [
      { type: 'button', action_id: 'ack', text: plain('Acknowledge'), value: 'sealed' },
      {
        type: 'static_select', action_id: 'env', placeholder: plain('Environment'),
        options: [{ text: plain('Prod'), value: 'p' }],
      },
      { type: 'external_select', action_id: 'service', placeholder: plain('Service') },
    ],
  },
];

let fake;
let app;
let seen = [];

before(async () => {
  fake = await startFake('--no-echo');
  const receiver = new HTTPReceiver({
    signingSecret: fake.signing_secret, logLevel: LogLevel.ERROR, endpoints: '/slack/events',
  });
  receiver.logger.setLevel(LogLevel.ERROR);
  app = new App({
    token: fake.token,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: fake.api_url },
  });
  app.event(/.*/, async ({ event, body }) => {
    seen.push({ type: event.type, event, id: body.event_id });
  });
  app.command('/deploy', async ({ command, ack, respond }) => {
    seen.push({ type: 'command', command });
    await ack('on it');
    await respond({ text: 'done', response_type: 'in_channel' });
  });
  app.action(/.*/, async ({ action, body, ack, respond }) => {
    seen.push({ type: 'action', action, body });
    await ack();
    if (action.action_id === 'ack') await respond({ text: 'acknowledged', replace_original: true });
  });
  app.options('service', async ({ options, ack }) => {
    await ack({ options: [{ text: plain(`${options.value}i`), value: 'api' }] });
  });
  app.command('/form', async ({ body, client, ack }) => {
    await ack();
    const element = { type: 'plain_text_input', action_id: 'text' };
    const blocks = [{ type: 'input', block_id: 'why', label: plain('Reason'), element }];
    const view = { type: 'modal', callback_id: 'form', title: plain('Form'), submit: plain('Go'), blocks };
    await client.views.open({ trigger_id: body.trigger_id, view });
  });
  app.view('form', async ({ view, ack }) => {
    const reason = view.state.values.why.text.value;
    if (reason === 'x') return ack({ response_action: 'errors', errors: { why: 'too short' } });
    seen.push({ type: 'submitted', reason });
    return ack();
  });
  app.shortcut('help_me', async ({ shortcut, ack }) => {
    seen.push({ type: 'shortcut', shortcut });
    await ack();
  });
  const server = await app.start(0);
  const listen_url = `http://127.0.0.1:${server.address().port}/slack/events`;
  await fake.control('configure', { listen_url });
});

after(async () => {
  await app.stop();
  await fake.stop();
});

const say = (body) => fake.control('say', { user: 'U0ALICE', channel, text: 'hi', ...body });
const taken = (answer) => answer.attempts.every((attempt) => attempt.status === 200);

describe('events', () => {
  test('the URL is verified', async () => {
    assert.equal((await fake.control('handshake')).verified, true);
  });

  test('a message and a mention arrive', async () => {
    seen = [];
    assert.ok(taken(await say({ mention_bot: true })));
    assert.deepEqual(seen.map((one) => one.type), ['message', 'app_mention']);
    assert.notEqual(seen[0].id, seen[1].id);
    assert.equal(seen[0].event.ts, seen[1].event.ts);
  });

  test('all that people do arrives', async () => {
    const { ts } = await say({});
    seen = [];
    const body = { user: 'U0ALICE', channel, ts, name: 'eyes', text: 'b', urls: ['https://a.example'] };
    for (const verb of ['react', 'edit', 'link', 'delete', 'leave', 'join', 'home']) {
      assert.ok(taken(await fake.control(verb, body)), verb);
    }
    const types = seen.map((one) => one.event.subtype ?? one.type);
    assert.deepEqual(types, [
      'reaction_added', 'message_changed', 'link_shared', 'message_deleted', 'member_left_channel',
      'member_joined_channel', 'app_home_opened',
    ]);
  });
});

describe('interactions', () => {
  test('a command is answered inside and later', async () => {
    const { attempt } = await fake.control('slash', {
      user: 'U0ALICE', channel, command: '/deploy', text: 'api',
    });
    assert.deepEqual([attempt.status, attempt.answer, attempt.shown], [200, 'on it', 'ephemeral']);
    const texts = await eventually(async () => {
      const all = (await fake.messages(channel)).map((message) => message.text);
      return all.includes('done') && all;
    });
    assert.ok(texts.includes('on it'));
  });

  test('a click is answered by replacing the card', async () => {
    const { ts } = await app.client.chat.postMessage({ channel, text: 'card', blocks: card });
    seen = [];
    const { attempt } = await fake.control('click', { user: 'U0BOB', channel, ts, text: 'Acknowledge' });
    assert.equal(attempt.status, 200);
    assert.equal(seen[0].action.value, 'sealed');
    assert.equal(seen[0].body.user.id, 'U0BOB');
    await eventually(async () => {
      const card = (await fake.messages(channel)).find((message) => message.ts === ts);
      return card.text === 'acknowledged';
    });
  });

  test('a choice and the options for one', async () => {
    const { ts } = await app.client.chat.postMessage({ channel, text: 'card', blocks: card });
    seen = [];
    await fake.control('click', { user: 'U0BOB', channel, ts, action: 'env', value: 'Prod' });
    assert.equal(seen[0].action.selected_option.value, 'p');
    const suggested = await fake.control('suggest', {
      user: 'U0BOB', channel, ts, action: 'service', value: 'ap',
    });
    assert.equal(suggested.valid, true);
  });

  test('a form is opened, corrected and submitted', async () => {
    await fake.control('slash', { user: 'U0ALICE', channel, command: '/form' });
    await eventually(async () => (await fake.read('views')).views.some((view) => view.open));
    const submit = (reason) =>
      fake.control('submit', { user: 'U0ALICE', values: { Reason: reason } });
    assert.equal((await submit('x')).outcome, 'errors');
    seen = [];
    assert.equal((await submit('because')).outcome, 'closed');
    assert.deepEqual(seen, [{ type: 'submitted', reason: 'because' }]);
  });

  test('a shortcut', async () => {
    seen = [];
    await fake.control('shortcut', { user: 'U0ALICE', callback_id: 'help_me' });
    assert.equal(seen[0].shortcut.callback_id, 'help_me');
  });
});

describe('forgeries', () => {
  // Bolt looks only for what is too old; a timestamp ahead of time is let through.
  for (const forge of ['unsigned', 'wrong_secret', 'altered', 'stale']) {
    test(`${forge} is refused`, async () => {
      const { ts } = await app.client.chat.postMessage({ channel, text: 'card', blocks: card });
      seen = [];
      const { attempts } = await say({ forge });
      assert.equal(attempts[0].status, 401);
      const slash = { user: 'U0ALICE', channel, command: '/deploy', forge };
      assert.equal((await fake.control('slash', slash)).attempt.status, 401);
      const click = { user: 'U0ALICE', channel, ts, action: 'ack', forge };
      assert.equal((await fake.control('click', click)).attempt.status, 401);
      assert.deepEqual(seen, []);
    });
  }
});

// Looks until there is something; the framework answers on its own time.
async function eventually(look) {
  for (let tries = 0; tries < 500; tries += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return assert.fail('it never happened');
}
