// What the npm packages take for the report that `./bench render` renders, in microseconds a text:
// medians of rounds, after a warm-up, each with as many texts.
import { readFileSync } from 'node:fs';
import { markdownToBlocks } from '@tryfabric/mack';
import { markdownToSlack } from 'md-to-slack';
import { slackifyMarkdown } from 'slackify-markdown';
import { SlackFormatConverter } from '@chat-adapter/slack';

const text = readFileSync(process.argv[2], 'utf8');
const [rounds, texts] = [9, 50];
const chat = new SlackFormatConverter();

// The second builds blocks, as we do; the others build one text in Slack's markup.
const peers = {
  'md-to-slack': () => JSON.stringify(markdownToSlack(text)),
  '@tryfabric/mack': async () => JSON.stringify(await markdownToBlocks(text)),
  'slackify-markdown': () => JSON.stringify(slackifyMarkdown(text)),
  '@chat-adapter/slack': () => JSON.stringify(chat.toResponseUrlText({ markdown: text })),
};

async function round(peer) {
  const start = process.hrtime.bigint();
  for (let done = 0; done < texts; done += 1) await peer();
  return Number(process.hrtime.bigint() - start) / 1_000 / texts;
}

const medians = {};
for (const [name, peer] of Object.entries(peers)) {
  const times = [];
  for (let done = 0; done < 3; done += 1) await round(peer);
  for (let done = 0; done < rounds; done += 1) times.push(await round(peer));
  medians[name] = times.sort((a, b) => a - b)[Math.floor(rounds / 2)];
}
console.log(JSON.stringify(medians));
