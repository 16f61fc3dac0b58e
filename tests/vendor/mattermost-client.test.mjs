// Mattermost's own client against fake-mattermost: REST by Client4, events by WebSocketClient.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRequire } from 'node:module';
import WebSocket from 'ws';
import { startMattermost } from './fake.mjs';

const { Client4, WebSocketClient } = createRequire(import.meta.url)('@mattermost/client');

// What the client takes from a browser.
globalThis.WebSocket ??= WebSocket;
globalThis.CloseEvent ??= class CloseEvent extends Event {
  constructor(type, init = {}) {
    super(type);
    Object.assign(this, init);
  }
};

let fake;
let client;

before(async () => {
  fake = await startMattermost();
  client = new Client4();
  client.setUrl(fake.base_url);
  client.setToken(fake.token);
});

after(async () => {
  assert.equal(await fake.stop(), 0);
});

const until = async (holds) => {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('it never came to be');
};

test('posts are made, changed, listed and taken away', async () => {
  const { ops } = fake.ids.channels;
  const pending = `${fake.ids.bot}:1`;
  const post = await client.createPost({ channel_id: ops, message: 'one', pending_post_id: pending });
  const again = await client.createPost({ channel_id: ops, message: 'one', pending_post_id: pending });
  assert.equal(again.id, post.id);
  assert.equal(post.props.from_bot, 'true');
  const patched = await client.patchPost({ id: post.id, message: 'two' });
  assert.ok(patched.edit_at > 0);
  const reply = await client.createPost({ channel_id: ops, message: 'r', root_id: post.id });
  const list = await client.getPostsAfter(ops, post.id, 0, 10);
  assert.ok(Array.isArray(list.order));
  const since = await client.getPostsSince(ops, post.create_at - 1);
  assert.equal(since.posts[post.id].message, 'two');
  await assert.rejects(
    client.createPost({ channel_id: ops, message: 'x', root_id: reply.id }),
    (error) => error.status_code === 400,
  );
  await client.deletePost(post.id);
  const gone = await client.getPostsSince(ops, post.create_at - 1);
  assert.ok(gone.posts[post.id].delete_at > 0);
});

test('who and where is told, and refused, as the client expects it', async () => {
  const me = await client.getMe();
  assert.deepEqual([me.username, me.is_bot], ['opsbot', true]);
  const bob = await client.getUserByUsername('bob');
  assert.equal(bob.id, fake.ids.users.bob);
  const channels = await client.getMyChannels(fake.ids.team);
  assert.ok(channels.some((channel) => channel.name === 'ops'));
  const line = await client.createDirectChannel([me.id, bob.id]);
  assert.equal(line.type, 'D');
  const reaction = await client.addReaction(
    me.id,
    (await client.createPost({ channel_id: line.id, message: 'hi' })).id,
    '+1',
  );
  assert.equal(reaction.emoji_name, '+1');
  const config = await client.getClientConfig();
  assert.equal(config.MaxPostSize, '16383');
  const stranger = new Client4();
  stranger.setUrl(fake.base_url);
  stranger.setToken('nonsense');
  await assert.rejects(stranger.getMe(), (error) => error.status_code === 401);
  await assert.rejects(client.createPostEphemeral(bob.id, { message: 'x' }), (error) => error.status_code === 403);
});

test('the socket brings events, and goes on where it broke', async () => {
  const sockets = [];
  const socket = new WebSocketClient({
    newWebSocketFn: (url) => {
      const headers = { authorization: `Bearer ${fake.token}` };
      const opened = new WebSocket(url.replace(/^http/, 'ws'), { headers });
      sockets.push(opened);
      return opened;
    },
    minWebSocketRetryTime: 20,
    maxWebSocketRetryTime: 40,
    reconnectJitterRange: 5,
    clientPingInterval: 1000,
  });
  const events = [];
  let missed = 0;
  socket.addMessageListener((event) => events.push(event));
  socket.addMissedMessageListener(() => {
    missed += 1;
  });
  socket.initialize(`${fake.base_url}/api/v4/websocket`);
  await until(() => events.some((event) => event.event === 'hello'));
  const said = (text) => events.filter((event) => event.event === 'posted')
    .map((event) => JSON.parse(event.data.post))
    .some((post) => post.message === text);
  await fake.control('say', { user: 'bob', channel: 'ops', text: '@opsbot hello' });
  await until(() => said('@opsbot hello'));
  const posted = events.find((event) => event.event === 'posted');
  assert.deepEqual(JSON.parse(posted.data.mentions), [fake.ids.bot]);
  assert.equal(posted.broadcast.channel_id, fake.ids.channels.ops);

  // Cut, and missed meanwhile: the server had kept it.
  await fake.control('sockets', { do: 'cut' });
  await fake.control('say', { user: 'bob', channel: 'ops', text: 'kept' });
  await until(() => said('kept'));
  assert.equal(missed, 0);

  // Forgotten: the client is told that it missed something.
  await fake.control('sockets', { do: 'forget' });
  await until(() => missed === 1);

  // An event lost on the way is noticed by its number.
  const before = sockets.length;
  await fake.control('sockets', { do: 'lose' });
  await fake.control('say', { user: 'bob', channel: 'ops', text: 'after' });
  await until(() => said('after') && sockets.length > before);
  socket.close();
});
