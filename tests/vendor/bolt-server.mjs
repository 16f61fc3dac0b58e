// The bot of the load benchmark (tests/benches/http) on Slack's own framework: prints its port.
import bolt from '@slack/bolt';

const { App, HTTPReceiver, LogLevel } = bolt;
const [signingSecret, token, slackApiUrl] = process.argv.slice(2);

const receiver = new HTTPReceiver({
  signingSecret, logLevel: LogLevel.ERROR, endpoints: '/slack/events',
});
const app = new App({ token, receiver, logLevel: LogLevel.ERROR, clientOptions: { slackApiUrl } });

app.command('/status', async ({ command, ack }) => {
  await ack({ response_type: 'in_channel', text: `${command.text} is live` });
});
app.event('app_mention', async ({ say }) => {
  await say('api is live');
});
app.action(/.*/, async ({ ack }) => {
  await ack();
});

const server = await app.start(0);
console.log(server.address().port);
// It ends with whoever has started it.
process.stdin.on('end', () => process.exit(0)).resume();
