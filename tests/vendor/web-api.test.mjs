// Slack's own client of the Web API takes the fake for Slack.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import { WebClient } from '@slack/web-api';
import { startFake, silent } from './fake.mjs';

let fake;
let client;

before(async () => {
  fake = await startFake();
  client = connect(fake.token);
});

after(async () => {
  assert.equal(await fake.stop(), 0);
});

function connect(token, options = {}) {
  return new WebClient(token, {
    slackApiUrl: fake.api_url,
    logger: silent,
    retryConfig: { retries: 0 },
    ...options,
  });
}

// The code that a call is refused with.
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return error.data?.error ?? error.code;
  }
  assert.fail('it was not refused');
}

const channel = 'C0OPS';

describe('who and where', () => {
  test('auth.test and api.test', async () => {
    const who = await client.auth.test();
    assert.equal(who.user_id, fake.ids.bot_user);
    assert.equal(who.bot_id, fake.ids.bot_id);
    assert.equal(who.team_id, fake.ids.team);
    assert.ok(who.response_metadata.scopes.includes('chat:write'));
    assert.deepEqual((await client.api.test({ foo: 'bar' })).args.foo, 'bar');
    assert.equal(await refusal(client.api.test({ error: 'my_error' })), 'my_error');
  });

  test('users.info and users.list', async () => {
    const { user } = await client.users.info({ user: 'U0GUEST' });
    assert.equal(user.is_restricted, true);
    const names = [];
    for await (const page of client.paginate('users.list', { limit: 3 })) {
      assert.ok(page.members.length <= 3);
      names.push(...page.members.map((member) => member.name));
    }
    assert.ok(names.includes('alice') && names.includes('chatgate'));
    assert.ok(!names.includes('external'));
  });

  test('usergroups.list', async () => {
    const { usergroups } = await client.usergroups.list({ include_users: true });
    assert.deepEqual(usergroups[0].users, ['U0ALICE', 'U0BOB']);
  });

  test('conversations.info, list, members, join, open', async () => {
    const shared = await client.conversations.info({ channel: 'C0SHARED', include_num_members: true });
    assert.equal(shared.channel.is_ext_shared, true);
    assert.equal(shared.channel.num_members, 5);
    const ids = [];
    const types = 'public_channel,private_channel,im';
    for await (const page of client.paginate('conversations.list', { types, limit: 2 })) {
      ids.push(...page.channels.map((one) => one.id));
    }
    assert.ok(ids.includes('D0ALICE') && ids.includes('C0RANDOM') && !ids.includes('C0SECRET'));
    const members = await client.conversations.members({ channel, limit: 100 });
    assert.ok(members.members.includes('U0ALICE'));
    assert.equal((await client.conversations.join({ channel: 'C0RANDOM' })).channel.is_member, true);
    const opened = await client.conversations.open({ users: 'U0CAROL', return_im: true });
    assert.equal(opened.channel.user, 'U0CAROL');
    assert.ok((await client.conversations.open({ users: 'U0ALICE,U0BOB' })).channel.id);
  });
});

describe('messages', () => {
  test('chat.postMessage, update, delete, getPermalink', async () => {
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'Deploy' } },
      { type: 'section', text: { type: 'mrkdwn', text: '*api* to prod' } },
    ];
    const metadata = { event_type: 'deploy', event_payload: { id: '7' } };
    const posted = await client.chat.postMessage({ channel, text: 'Deploy', blocks, metadata });
    assert.match(posted.ts, /^\d+\.\d{6}$/);
    assert.equal(posted.message.bot_id, fake.ids.bot_id);
    const updated = await client.chat.update({ channel, ts: posted.ts, text: 'Done', blocks });
    assert.equal(updated.text, 'Done');
    const link = await client.chat.getPermalink({ channel, message_ts: posted.ts });
    assert.ok(link.permalink.endsWith(`/${channel}/p${posted.ts.replace('.', '')}`));
    await client.chat.delete({ channel, ts: posted.ts });
    assert.equal(await refusal(client.chat.delete({ channel, ts: posted.ts })), 'message_not_found');
  });

  test('markdown_text', async () => {
    const posted = await client.chat.postMessage({ channel, markdown_text: '# Hi\n**there**' });
    assert.equal(posted.message.blocks[0].type, 'markdown');
  });

  test('chat.postEphemeral', async () => {
    const sent = await client.chat.postEphemeral({ channel, user: 'U0ALICE', text: 'psst' });
    assert.ok(sent.message_ts);
    const kept = (await fake.messages(channel)).find((message) => message.ts === sent.message_ts);
    assert.equal(kept._ephemeral_to, 'U0ALICE');
  });

  test('conversations.history and replies, page by page', async () => {
    const root = await client.chat.postMessage({ channel: 'C0PRIVATE', text: 'root' });
    const thread_ts = root.ts;
    for (const text of ['one', 'two', 'three']) {
      await client.chat.postMessage({ channel: 'C0PRIVATE', text, thread_ts });
    }
    const texts = [];
    const ask = { channel: 'C0PRIVATE', ts: thread_ts, limit: 2 };
    for await (const page of client.paginate('conversations.replies', ask)) {
      texts.push(...page.messages.map((message) => message.text));
    }
    assert.deepEqual(texts, ['root', 'one', 'two', 'three']);
    const history = await client.conversations.history({
      channel: 'C0PRIVATE', oldest: thread_ts, inclusive: true, include_all_metadata: true,
    });
    assert.deepEqual(history.messages.map((message) => message.text), ['root']);
    assert.equal(history.messages[0].reply_count, 3);
  });

  test('reactions.add and remove', async () => {
    const { ts: timestamp } = await client.chat.postMessage({ channel, text: 'x' });
    await client.reactions.add({ channel, timestamp, name: 'thumbsup' });
    assert.equal(
      await refusal(client.reactions.add({ channel, timestamp, name: 'thumbsup' })),
      'already_reacted',
    );
    await client.reactions.remove({ channel, timestamp, name: 'thumbsup' });
  });

  test('pins.add, list and remove', async () => {
    const { ts: timestamp } = await client.chat.postMessage({ channel, text: 'x' });
    await client.pins.add({ channel, timestamp });
    const { items } = await client.pins.list({ channel });
    assert.deepEqual(items.map((item) => item.message.ts), [timestamp]);
    await client.pins.remove({ channel, timestamp });
    assert.equal(await refusal(client.pins.remove({ channel, timestamp })), 'no_pin');
  });

  test('files.uploadV2', async () => {
    const { ts: thread_ts } = await client.chat.postMessage({ channel, text: 'files' });
    await client.files.uploadV2({
      channel_id: channel, thread_ts, initial_comment: 'the log', filename: 'log.txt',
      title: 'Log', file: Buffer.from('line 1\r\n\r\nline 2'),
    });
    const shared = (await fake.messages(channel)).find((message) => message.files);
    assert.equal(shared.text, 'the log');
    assert.equal(shared.thread_ts, thread_ts);
    const { files } = await fake.read('files');
    assert.equal(files.at(-1).text, 'line 1\r\n\r\nline 2');
    const response = await fetch(shared.files[0].url_private, {
      headers: { authorization: `Bearer ${fake.token}` },
    });
    assert.equal(await response.text(), 'line 1\r\n\r\nline 2');
  });

  test('views.open, update, push, publish', async () => {
    // A modal needs a trigger id, and that comes with what a person does.
    await fake.control('configure', { listen_url: 'http://127.0.0.1:1/' });
    const trigger = async () => {
      const { attempt } = await fake.control('slash', { user: 'U0ALICE', channel, command: '/x' });
      return new URLSearchParams(attempt.request).get('trigger_id');
    };
    const title = { type: 'plain_text', text: 'Form' };
    const view = { type: 'modal', title, blocks: [{ type: 'divider' }] };
    const opened = await client.views.open({ trigger_id: await trigger(), view });
    const again = { view_id: opened.view.id, hash: opened.view.hash, view };
    const updated = await client.views.update(again);
    assert.notEqual(updated.view.hash, opened.view.hash);
    assert.equal(await refusal(client.views.update(again)), 'hash_conflict');
    const pushed = await client.views.push({ trigger_id: await trigger(), view });
    assert.equal(pushed.view.previous_view_id, opened.view.id);
    const home = { type: 'home', blocks: [{ type: 'divider' }] };
    assert.equal((await client.views.publish({ user_id: 'U0ALICE', view: home })).view.type, 'home');
    const wrong = { type: 'modal', title, blocks: [{ type: 'what' }] };
    const refused = client.views.open({ trigger_id: await trigger(), view: wrong });
    assert.equal(await refusal(refused), 'invalid_arguments');
    await fake.control('configure', { listen_url: null });
  });
});

describe('refusals', () => {
  test('each has its code', async () => {
    const post = (args) => client.chat.postMessage({ channel, text: 'x', ...args });
    const { ts } = await post({});
    const theirs = await fake.control('say', { user: 'U0ALICE', channel, text: 'mine' });
    const user = (id) => client.users.info({ user: id });
    const cases = [
      [() => connect('xoxb-wrong').auth.test(), 'invalid_auth'],
      [() => connect(undefined).auth.test(), 'not_authed'],
      [() => client.apiCall('chat.shout', {}), 'unknown_method'],
      [() => post({ channel: 'C0NOWHERE' }), 'channel_not_found'],
      [() => post({ channel: 'C0SECRET' }), 'channel_not_found'],
      [() => post({ channel: 'C0ARCHIVED' }), 'is_archived'],
      [() => client.chat.postMessage({ channel, text: '' }), 'no_text'],
      [() => post({ blocks: Array(51).fill({ type: 'divider' }) }), 'msg_blocks_too_many'],
      [() => post({ thread_ts: '1.000000' }), 'invalid_thread_ts'],
      [() => post({ metadata: { event_type: 'e' } }), 'invalid_metadata_format'],
      [() => client.chat.update({ channel, ts, text: 'x'.repeat(4001) }), 'msg_too_long'],
      [() => client.chat.update({ channel, ts: theirs.ts, text: 'x' }), 'cant_update_message'],
      [() => client.chat.update({ channel, ts: '1.000000', text: 'x' }), 'message_not_found'],
      [() => client.reactions.remove({ channel, timestamp: ts, name: 'eyes' }), 'no_reaction'],
      [() => client.chat.postEphemeral({ channel, user: 'U0EXTERNAL', text: 'x' }), 'user_not_in_channel'],
      [() => user('U0NOBODY'), 'user_not_found'],
      [() => client.conversations.history({ channel: 'C0PRIVATE', cursor: '!' }), 'invalid_cursor'],
      [() => client.conversations.replies({ channel, ts: '1.000000' }), 'thread_not_found'],
      [() => client.conversations.history({ channel, limit: 1000 }), 'invalid_limit'],
    ];
    for (const [call, code] of cases) assert.equal(await refusal(call()), code);
  });

  test('invalid blocks are explained', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }];
    await assert.rejects(client.chat.postMessage({ channel, text: 'x', blocks }), (error) => {
      assert.equal(error.data.error, 'invalid_blocks');
      assert.match(error.data.response_metadata.messages[0], /json-pointer:\/blocks\/0\/text/);
      return true;
    });
  });

  test('a missing scope is named', async () => {
    const poor = await startFake('--scopes', 'chat:write');
    const stranger = new WebClient(poor.token, { slackApiUrl: poor.api_url, logger: silent });
    await assert.rejects(stranger.users.info({ user: 'U0ALICE' }), (error) => {
      assert.deepEqual([error.data.error, error.data.needed, error.data.provided],
        ['missing_scope', 'users:read', 'chat:write']);
      return true;
    });
    await poor.stop();
  });
});

describe('when things go wrong', () => {
  test('a rate limit is waited out', async () => {
    await fake.control('rate_limit', { method: 'auth.test', times: 1, retry_after: 1 });
    const begun = Date.now();
    await connect(fake.token, { retryConfig: { retries: 2, minTimeout: 10 } }).auth.test();
    assert.ok(Date.now() - begun >= 1000);
    await fake.control('rate_limit', { method: 'auth.test', times: 1, retry_after: 30 });
    const impatient = connect(fake.token, { rejectRateLimitedCalls: true });
    await assert.rejects(impatient.auth.test(), { retryAfter: 30 });
  });

  test('a broken answer is retried, and the message is there twice', async () => {
    const plan = { method: 'chat.postMessage', times: 1, after_accept: true };
    const patient = connect(fake.token, { retryConfig: { retries: 2, minTimeout: 10 } });
    const count = async (text) =>
      (await fake.messages(channel)).filter((message) => message.text === text).length;
    await fake.control('reset', plan);
    await patient.chat.postMessage({ channel, text: 'reset' });
    assert.equal(await count('reset'), 2);
    await fake.control('http_error', { ...plan, status: 503 });
    await patient.chat.postMessage({ channel, text: '503' });
    assert.equal(await count('503'), 2);
  });

  test('tokens are not in the log', async () => {
    const { requests } = await fake.read('requests');
    assert.ok(requests.length > 50);
    assert.ok(!JSON.stringify(requests).includes('xoxb-'));
  });
});
