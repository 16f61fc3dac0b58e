// Mattermost's own client against fake-mattermost: REST by Client4, events by WebSocketClient.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { once } from 'node:events';
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
let admin;

const clientOf = (token) => {
  const made = new Client4();
  made.setUrl(fake.base_url);
  made.setToken(token);
  return made;
};

before(async () => {
  fake = await startMattermost();
  client = clientOf(fake.token);
  admin = clientOf(fake.tokens.admin);
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
  const stranger = clientOf('nonsense');
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

// A program that Mattermost calls: what it was told, and what it answers by path.
const program = async (t, answers) => {
  const told = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
    told.push({ path: pathname, body, query: searchParams, headers: request.headers });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[pathname] ?? {}));
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return { told, url: `http://127.0.0.1:${server.address().port}` };
};

const refused = (status, id) => (error) => error.status_code === status && (!id || error.server_error_id === id);

test('an administrator makes a team, a bot and a channel, and takes them away', async () => {
  const team = await admin.createTeam({ name: 'smoke', display_name: 'Smoke', type: 'I' });
  assert.equal((await admin.getTeam(team.id)).name, 'smoke');
  await assert.rejects(admin.createTeam({ name: 'smoke', display_name: 'S', type: 'O' }), refused(400));
  await assert.rejects(client.createBot({ username: 'x' }), refused(403, 'api.context.permissions.app_error'));
  const bot = await admin.createBot({ username: 'smokebot', display_name: 'Smoke', description: 'of a test' });
  const token = await admin.createUserAccessToken(bot.user_id, 'smoke');
  const its = clientOf(token.token);
  assert.equal((await its.getMe()).username, 'smokebot');
  assert.equal((await admin.addToTeam(team.id, bot.user_id)).team_id, team.id);
  const channel = await admin.createChannel({
    team_id: team.id, name: 'smoke', display_name: 'Smoke', type: 'O',
  });
  assert.equal((await admin.addToChannel(bot.user_id, channel.id)).user_id, bot.user_id);
  assert.deepEqual((await its.getMyChannels(team.id)).filter((it) => it.team_id === team.id).map((it) => it.name).sort(),
    ['off-topic', 'smoke', 'town-square']);
  const post = await its.createPost({ channel_id: channel.id, message: 'hi' });
  await its.pinPost(post.id);
  assert.deepEqual((await admin.getPinnedPosts(channel.id)).order, [post.id]);
  await its.unpinPost(post.id);
  assert.deepEqual((await admin.getPinnedPosts(channel.id)).order, []);
  const group = await its.createGroupChannel([fake.ids.users.alice, fake.ids.users.bob, bot.user_id]);
  assert.equal(group.type, 'G');
  await assert.rejects(its.createGroupChannel([bot.user_id, fake.ids.users.bob]), refused(400));
  await admin.deleteChannel(channel.id);
  await assert.rejects(its.createPost({ channel_id: channel.id, message: 'late' }), refused(400));
  await admin.revokeUserAccessToken(token.id);
  await assert.rejects(its.getMe(), refused(401));
  assert.ok((await admin.disableBot(bot.user_id)).delete_at > 0);
  await admin.deleteTeam(team.id);
  assert.ok((await admin.getTeam(team.id)).delete_at > 0);
});

test('settings are read, changed and kept from others', async () => {
  const before = await admin.getConfig();
  const changed = await admin.patchConfig({ ServiceSettings: { EnableBotAccountCreation: false } });
  assert.equal(changed.ServiceSettings.EnableBotAccountCreation, false);
  await assert.rejects(admin.createBot({ username: 'nobody' }), refused(403, 'api.bot.create_disabled'));
  await admin.patchConfig({ ServiceSettings: { EnableBotAccountCreation: true } });
  assert.deepEqual(await admin.getConfig(), before);
  await assert.rejects(client.getConfig(), refused(403));
  assert.equal((await admin.getClientLicenseOld()).IsLicensed, 'false');
});

test('a command is executed, a button pressed, a dialog sent, and an outgoing webhook called', async (t) => {
  const { told, url } = await program(t, {
    '/command': { response_type: 'in_channel', text: 'done' },
    '/action': { ephemeral_text: 'pressed' },
    '/dialog': { errors: { name: 'no' } },
    '/hook': { text: 'heard', response_type: 'comment' },
  });
  const { ops } = fake.ids.channels;
  const { team } = fake.ids;
  const command = await admin.addCommand({ team_id: team, trigger: 'smoke', method: 'P', url: `${url}/command` });
  assert.equal((await admin.getCustomTeamCommands(team)).find((it) => it.id === command.id).token, command.token);
  const answer = await admin.executeCommand('/smoke a  b', { channel_id: ops, team_id: team });
  assert.equal(answer.text, 'done');
  const sent = new URLSearchParams(told[0].body);
  assert.deepEqual([sent.get('text'), sent.get('token')], ['a  b', command.token]);
  await admin.editCommand({ ...command, method: 'G' });
  await admin.executeCommand('/smoke c', { channel_id: ops });
  assert.equal(told[1].query.get('text'), 'c');
  const { token } = await admin.regenCommandToken(command.id);
  assert.notEqual(token, command.token);
  await admin.deleteCommand(command.id);
  await assert.rejects(admin.executeCommand('/smoke c', { channel_id: ops }), refused(404));

  const post = await client.createPost({
    channel_id: ops, message: '',
    props: { attachments: [{ actions: [{ name: 'Go', integration: { url: `${url}/action`, context: { a: 1 } } }] }] },
  });
  const { id } = (await admin.getPost(post.id)).props.attachments[0].actions[0];
  const pressed = await admin.doPostAction(post.id, id);
  assert.ok(pressed.trigger_id);
  assert.deepEqual(JSON.parse(told[2].body).context, { a: 1 });

  const submission = { url: `${url}/dialog`, callback_id: 'c', state: 's', channel_id: ops, team_id: team, submission: { name: 'x' } };
  assert.deepEqual((await admin.submitInteractiveDialog(submission)).errors, { name: 'no' });
  assert.equal(JSON.parse(told[3].body).user_id, fake.ids.users.alice);

  const hook = await admin.createOutgoingWebhook({
    team_id: team, channel_id: ops, display_name: 'o', trigger_words: ['#go'], trigger_when: 0,
    callback_urls: [`${url}/hook`], content_type: 'application/json',
  });
  await admin.createPost({ channel_id: ops, message: '#go now' });
  await until(() => told.length === 5);
  assert.equal(JSON.parse(told[4].body).token, hook.token);
  await admin.removeOutgoingWebhook(hook.id);
  const incoming = await admin.createIncomingWebhook({ channel_id: ops, display_name: 'i' });
  const said = await fetch(`${fake.base_url}/hooks/${incoming.id}`, { method: 'POST', body: JSON.stringify({ text: 'in' }) });
  assert.equal(await said.text(), 'ok');
  await admin.removeIncomingWebhook(incoming.id);

  // What is on this machine is reached only where the settings say so.
  await admin.patchConfig({ ServiceSettings: { AllowedUntrustedInternalConnections: 'elsewhere' } });
  await assert.rejects(admin.doPostAction(post.id, id), refused(400));
  await admin.patchConfig({ ServiceSettings: { AllowedUntrustedInternalConnections: '10.0.0.0/8, 127.0.0.0/8' } });
  await admin.doPostAction(post.id, id);
});

test('a file is sent, shown and given back', async () => {
  const { ops } = fake.ids.channels;
  const sent = await fetch(`${fake.base_url}/api/v4/files?channel_id=${ops}&filename=a.txt`, {
    method: 'POST', body: 'bytes', headers: { authorization: `Bearer ${fake.token}` },
  });
  const [info] = (await sent.json()).file_infos;
  const post = await client.createPost({ channel_id: ops, message: '', file_ids: [info.id] });
  assert.deepEqual((await client.getFileInfosForPost(post.id)).map((it) => [it.name, it.size]), [['a.txt', 5]]);
  const given = await fetch(client.getFileUrl(info.id), { headers: { authorization: `Bearer ${fake.token}` } });
  assert.equal(await given.text(), 'bytes');
  await assert.rejects(client.doFetch(`${client.getFileRoute('x')}/info`, { method: 'get' }), refused(404));
});
