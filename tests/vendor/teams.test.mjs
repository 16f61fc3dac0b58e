// Microsoft's own reader of Adaptive Cards takes every card of the corpus without a word, and so it does
// what the adapter sends; each property is one that Microsoft publishes for Teams.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import MarkdownIt from 'markdown-it';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// Its main file is not one that Node can read.
const ac = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js');
const { types, enums } = JSON.parse(
  readFileSync(here('../fixtures/teams/teams-cards-2.1.0.extract.json'), 'utf8'),
);
const byWireType = Object.fromEntries(
  Object.entries(types)
    .filter(([, type]) => type.wire_type)
    .map(([name, type]) => [type.wire_type, name]),
);

const folder = here('../corpus/payloads/teams');
const rendered = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => {
    const parts = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
    return parts.map((payload, at) => ({ name: `${name}, part ${at + 1}`, payload }));
  });
// What the adapter sends to a workflow, and answers to an outgoing webhook.
const sent = JSON.parse(readFileSync(here('teams/sent.json'), 'utf8')).map(
  ({ surface, body }, at) => ({ name: `sent ${at + 1}, .webhook. ${surface}`, surface, payload: body }),
);
const payloads = [...rendered, ...sent];
const cards = payloads.flatMap(({ name, payload }) => {
  const attachments = payload.attachments ?? (payload.card ? [payload.card] : []);
  return attachments.map(({ contentType, content }) => ({ name, contentType, card: content }));
});

// What the reader says of a card. One thing is Teams' own and not of 1.5: the search for people in a
// menu, which has no choices until somebody types.
function complaints(card) {
  const context = new ac.SerializationContext();
  const read = new ac.AdaptiveCard();
  read.hostConfig = new ac.HostConfig({ actions: { maxActions: 6 } });
  read.parse(card, context);
  const said = [];
  for (let at = 0; at < context.eventCount; at++) {
    const { message } = context.getEventAt(at);
    if (!message.includes('choices.data')) said.push(message);
  }
  for (const { event, message } of read.validateProperties().validationEvents) {
    if (event !== ac.ValidationEvent.CollectionCantBeEmpty) said.push(message);
  }
  return said;
}

// What does not fit the published types.
function misfits(value, type) {
  const found = [];
  const check = (object, name) => {
    const { props } = types[name];
    for (const [key, property] of Object.entries(object)) {
      if (key === 'type') continue;
      const expected = props[key]?.type;
      if (!expected) found.push(`${name} has no ${key}`);
      else if (Array.isArray(enums[expected]) && !enums[expected].includes(property)) {
        found.push(`${name}.${key} is ${JSON.stringify(property)}`);
      } else if (['string', 'boolean', 'number'].includes(expected)) {
        if (typeof property !== expected) found.push(`${name}.${key} is no ${expected}`);
      } else walk(property, expected.replace(/\[\]$/, ''));
    }
    for (const [key, { required }] of Object.entries(props)) {
      if (required && !(key in object)) found.push(`${name} without ${key}`);
    }
  };
  const walk = (item, expected) => {
    if (Array.isArray(item)) item.forEach((it) => walk(it, expected));
    else if (item !== null && typeof item === 'object') {
      const name = byWireType[item.type] ?? (types[expected] ? expected : undefined);
      if (name) check(item, name);
      else if (item.type) found.push(`unknown type ${item.type}`);
    }
  };
  walk(value, type);
  return found;
}

function texts(value, out = []) {
  if (Array.isArray(value)) value.forEach((it) => texts(it, out));
  else if (value && typeof value === 'object') {
    if (value.type === 'TextBlock') out.push(value.text);
    for (const fact of value.facts ?? []) out.push(fact.title, fact.value);
    Object.values(value).forEach((it) => texts(it, out));
  }
  return out;
}

test('there are cards', () => assert.ok(cards.length > 20, `${cards.length}`));

test('messages are there as posts, for workflows and as answers', () => {
  for (const surface of ['.webhook.', '.answer.']) {
    assert.ok(rendered.filter(({ name }) => name.includes(surface)).length > 10, surface);
  }
});

test('a workflow is sent cards, and an outgoing webhook cards or a text', () => {
  assert.ok(sent.length > 10, `${sent.length}`);
  for (const { name, surface, payload } of sent) {
    assert.equal(payload.type, 'message', name);
    const hasCards = (payload.attachments ?? []).length > 0;
    assert.ok(surface === 'workflow' ? hasCards : hasCards !== Boolean(payload.text), name);
    for (const { contentUrl } of payload.attachments ?? []) assert.equal(contentUrl ?? null, null, name);
    // Nothing leads back from there.
    const actions = JSON.stringify(payload).match(/"Action\.[A-Za-z]+"/g) ?? [];
    assert.deepEqual(actions.filter((it) => it !== '"Action.OpenUrl"'), [], name);
  }
});

test("every card is read by Microsoft's reader without a warning", () => {
  const said = cards.flatMap(({ name, card }) => complaints(card).map((it) => `${name}: ${it}`));
  assert.deepEqual(said, []);
});

test('every card fits the published types', () => {
  const found = cards.flatMap(({ name, contentType, card }) => {
    assert.equal(contentType, 'application/vnd.microsoft.card.adaptive', name);
    return misfits(card, 'AdaptiveCard').map((it) => `${name}: ${it}`);
  });
  assert.deepEqual(found, []);
});

test('every message is as small as Teams takes', () => {
  for (const { name, payload } of payloads) {
    const json = JSON.stringify(payload);
    assert.ok(2 * json.length <= 80 * 1024, name);
    if (/\.(webhook|answer)\./.test(name)) assert.ok(Buffer.byteLength(json) <= 28 * 1024, name);
  }
});

test("what Teams reads as Markdown has only the links and styles of the content", () => {
  const markdown = new MarkdownIt();
  const kinds = new Set(['text', 'link_open', 'link_close', 'strong_open', 'strong_close', 'em_open', 'em_close']);
  for (const { name, card } of cards) {
    for (const text of texts(card)) {
      for (const block of markdown.parse(text, {})) {
        assert.ok(['paragraph_open', 'paragraph_close', 'inline'].includes(block.type), `${name}: ${text}`);
        for (const inline of block.children ?? []) {
          assert.ok(kinds.has(inline.type), `${name}: ${inline.type} in ${text}`);
        }
      }
    }
  }
});

test('a card that is wrong does not pass', () => {
  const card = (body) => ({ type: 'AdaptiveCard', version: '1.5', body });
  const unknown = card([{ type: 'Nonsense' }]);
  const misspelt = card([{ type: 'TextBlock', text: 'x', colour: 'red' }]);
  const foreign = card([{ type: 'Container', style: 'red', items: [] }]);
  assert.notDeepEqual(complaints(unknown), []);
  for (const wrong of [unknown, misspelt, foreign]) {
    assert.notDeepEqual(misfits(wrong, 'AdaptiveCard'), []);
  }
});
