// HTML needs no drawing: it is put into a page as it is.
import { SANS, page } from './html.mjs';

export const mail = () => (payloads) => {
  const body = payloads.map(({ html }) => html).join('');
  return page({ width: 720, background: '#fff', style: `#shot{padding:0}.cg{font-family:${SANS}!important}`, body });
};
