// The line that says that the server cannot be reached: how old the page is, what is kept here, and a way to try again.
import { text } from './texts.js';

const pause = 10_000; // ms between attempts

/** madeAt: the page's own time, as people read it. `lost(retry)` shows the line, `found()` takes it away. */
export function connection(madeAt) {
  const bar = document.querySelector('[data-offline]'), words = bar?.querySelector('[data-offline-text]');
  let timer = 0, again = null, trying = false;

  function lost(retry) {
    if (retry) again = retry;
    if (!bar) return;
    tell();
    bar.hidden = false;
    room(bar.offsetHeight + 80); // what is focused comes to rest below it
    clearTimeout(timer);
    timer = setTimeout(attempt, pause);
  }

  function found() {
    clearTimeout(timer);
    again = null;
    if (!bar) return;
    bar.hidden = true;
    room(0);
  }

  async function attempt() {
    if (trying) return;
    trying = true;
    clearTimeout(timer);
    try {
      const answer = await fetch('/healthz', { cache: 'no-store' });
      if (!answer.ok) throw new TypeError(String(answer.status));
      const retry = again;
      found();
      await retry?.();
    } catch {
      lost();
    } finally {
      trying = false;
    }
  }

  // Said again only when another minute has passed: a screen reader reads each change.
  function tell() {
    const minutes = Math.floor(performance.now() / 60_000);
    const said = text('offlineBar', { time: madeAt, n: minutes });
    if (words.textContent !== said) words.textContent = said;
  }

  addEventListener('offline', () => lost());
  addEventListener('online', attempt);
  bar?.querySelector('button').addEventListener('click', attempt);
  return { lost, found };
}

const room = height => { document.documentElement.style.scrollPaddingTop = height ? `${height}px` : ''; };

/** Did nothing come back, or only something between here and the service that says that it is away? */
export const isLost = error => !('status' in error) || [502, 503, 504].includes(error.status);
