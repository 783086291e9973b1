// How the drawing board says things: Chinese and English side by side, times in the zone of the service.
import { chinese } from '../i18n/translate.js';

export const say = (zh, en) => (chinese ? zh : en);

const zoned = options => new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false, ...options });
const hours = zoned({ hour: '2-digit', minute: '2-digit' });
const days = zoned({ year: 'numeric', month: '2-digit', day: '2-digit' });

/** 08:52 */
export const clock = at => hours.format(at ? new Date(at) : new Date());

/** 2026-12-01 08:52, or the day alone when nothing but a day was given */
export function moment(at) {
  if (!at || /^\d{4}-\d\d-\d\d$/.test(at)) return at ?? '';
  return `${days.format(new Date(at)).replaceAll('/', '-')} ${hours.format(new Date(at))}`;
}

/** 12.3 kB */
export const size = bytes => (bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`);
