/* The line to the server, and the small telegraph between the page's own parts. */
(function (app) {
  'use strict';
  const SLOWEST = 30000; /* ms between two tries at most */
  const listeners = {};

  function on(name, work) {
    (listeners[name] = listeners[name] || []).push(work);
  }

  function emit(name, first, second) {
    (listeners[name] || []).forEach((work) => work(first, second));
  }

  /* Longer after each failure, and never the same for two phones that lost the same server. */
  function pause(failures) {
    return Math.min(SLOWEST, 1000 * Math.pow(2, failures - 1)) * (0.75 + Math.random() / 2);
  }

  /* The answer's JSON, or {} when none came in time or something else than the chat answered. */
  async function ask(url, options, timeout) {
    const late = new Promise((done) => setTimeout(done, timeout, {}));
    const answer = await Promise.race([attempt(url, options), late]);
    if (answer.error === 'no-session') await renew();
    return answer;
  }

  async function attempt(url, options) {
    try {
      const response = await fetch(url, Object.assign({ credentials: 'same-origin', cache: 'no-store' }, options));
      return await response.json();
    } catch (e) { return {}; }
  }

  /* Someone emptied the cookies while the page was open: opening it anew brings one, and the words still waiting go out. */
  async function renew() {
    try {
      await fetch('/', { credentials: 'same-origin', cache: 'no-store' });
      emit('renewed');
    } catch (e) { /* the next try asks again */ }
  }

  app.on = on;
  app.emit = emit;
  app.pause = pause;
  app.ask = ask;
})(window.lianzhu = window.lianzhu || {});
