/* The conversation on the screen. Words of people only ever enter as text, never as markup. */
(function (app) {
  'use strict';
  const texts = JSON.parse(document.body.dataset.texts);
  const log = document.getElementById('log');
  const news = document.getElementById('news');
  const waiting = document.getElementById('waiting');
  const WAIT = 12000; /* ms that the dots are shown */
  const NEAR = 80; /* px from the end that still count as reading the end */
  const lines = new Map(); /* id -> line, in the order on the screen */
  let lastDay = '';
  let waitTimer = 0;
  let pinned = true; /* whether the reader is at the end */
  let held = false;

  function say(key, values) {
    const text = texts['page.' + key] || '';
    return text.replace(/\{(\w+)\}/g, (all, name) => (values && name in values ? values[name] : all));
  }

  function make(tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function keyOf(line) {
    return (line.direction === 'in' ? 'i' : 'o') + line.id;
  }

  /* Shows a line once; a second call with the same id changes nothing. */
  function show(line) {
    if (!place(line)) return;
    refresh();
    follow(line);
  }

  function place(line) {
    if (lines.has(keyOf(line))) return false;
    line.element = draw(line);
    lines.set(keyOf(line), line);
    log.appendChild(line.element);
    return true;
  }

  function draw(line) {
    const mine = line.direction === 'in';
    markDay(line);
    const element = make('div', 'line ' + line.direction + (line.author ? ' staff' : ''));
    element.appendChild(who(line, mine));
    /* A choice made so long ago that nobody knows its label. */
    if (mine && line.button && !line.text) line.text = say('line.choice');
    if (line.text || line.attachment) element.appendChild(words(line));
    if (!mine && line.buttons.length) element.appendChild(choices(line));
    return element;
  }

  function markDay(line) {
    const at = new Date(line.at);
    const day = at.toDateString();
    if (day === lastDay) return;
    if (lastDay || day !== new Date().toDateString()) {
      const format = { month: 'long', day: 'numeric', weekday: 'long' };
      log.appendChild(make('p', 'day', at.toLocaleDateString(document.documentElement.lang, format)));
    }
    lastDay = day;
  }

  function who(line, mine) {
    const label = make('p', 'who');
    const name = mine ? say('me') : line.author ? say('staff', { name: line.author }) : say('name');
    label.appendChild(make('b', '', name));
    label.appendChild(document.createTextNode(' ' + clock(line.at) + ' '));
    if (line.ticket && line.text.indexOf(line.ticket) < 0) {
      label.appendChild(document.createTextNode(say('ticket', { number: line.ticket }) + ' '));
    }
    line.state = label.appendChild(make('i', ''));
    return label;
  }

  function clock(at) {
    const time = new Date(at);
    return ('0' + time.getHours()).slice(-2) + ':' + ('0' + time.getMinutes()).slice(-2);
  }

  function words(line) {
    const box = make('div', 'words');
    box.dir = 'auto';
    if (line.attachment) box.appendChild(attachment(line.attachment));
    if (line.text) box.appendChild(make('span', '', line.text));
    return box;
  }

  function attachment(file) {
    if (file.kind === 'location') {
      const point = [file.latitude, file.longitude].map((degrees) => degrees.toFixed(5)).join(', ');
      return make('span', '', say('line.location') + '\n' + point);
    }
    if (file.kind === 'voice' || file.kind === 'video') return player(file);
    const link = make('a', '', file.kind === 'photo' ? '' : say('line.file') + ' ' + file.name);
    link.href = file.url;
    link.target = '_blank';
    link.rel = 'noopener';
    if (file.kind === 'photo') {
      const picture = link.appendChild(make('img'));
      picture.alt = '';
      picture.src = file.url;
      picture.onerror = () => picture.remove();
      link.appendChild(make('span', '', say('line.photo')));
    }
    return link;
  }

  function player(file) {
    const box = make('div');
    const voice = file.kind === 'voice';
    let label = voice ? say('line.voice') : say('line.video');
    if (voice && file.seconds) label = say('line.seconds', { seconds: file.seconds });
    box.appendChild(make('span', '', label));
    const media = box.appendChild(make(voice ? 'audio' : 'video'));
    media.controls = true;
    media.preload = 'none';
    media.src = file.url;
    media.setAttribute('aria-label', label);
    return box;
  }

  function choices(line) {
    const box = make('div', 'choices');
    box.setAttribute('role', 'group');
    line.buttons.forEach((button) => {
      const choice = make('button', '', button.label);
      choice.type = 'button';
      choice.dir = 'auto';
      choice.dataset.key = button.key;
      choice.addEventListener('click', () => app.emit('pressed', button));
      box.appendChild(choice);
    });
    return box;
  }

  /* Only the bot's latest message can be answered by button. A worker's word in between does not take the choice away,
     a pressed button does at once. */
  function refresh() {
    const every = Array.from(lines.values());
    const current = every.filter((line) => line.direction === 'out' && (line.buttons.length || !line.author)).pop();
    const after = every.slice(every.indexOf(current) + 1).filter((line) => line.direction === 'in');
    const offered = new Map(); /* key -> the latest message that offers it */
    every.forEach((line) => {
      if (line.direction === 'out') {
        line.buttons.forEach((button) => offered.set(button.key, line));
        mark(line, line === current && !after.some((answer) => answer.button));
      } else if (offered.has(line.button)) {
        const box = offered.get(line.button).element.querySelectorAll('.choices button');
        Array.from(box).forEach((choice) => choose(choice, choice.dataset.key === line.button));
      }
    });
    app.emit('asks', current ? current.asks : '');
  }

  function mark(line, open) {
    Array.from(line.element.querySelectorAll('.choices button')).forEach((choice) => {
      choice.disabled = !open;
      choose(choice, false);
    });
  }

  function choose(choice, chosen) {
    choice.classList.toggle('chosen', chosen);
    choice.setAttribute('aria-pressed', String(chosen));
  }

  /* A reader at the end stays there; one who has scrolled up is only told. A message taller than the screen is
     shown from its beginning. */
  function follow(line) {
    if (!pinned && line.direction === 'out') {
      news.hidden = false;
      return;
    }
    toEnd();
    if (line.direction === 'in' || line.element.offsetHeight <= log.clientHeight) return;
    pinned = false;
    held = true;
    line.element.scrollIntoView();
  }

  function toEnd() {
    pinned = true;
    held = false;
    news.hidden = true;
    log.scrollTop = log.scrollHeight;
  }

  function setState(id, key) {
    const line = lines.get('i' + id);
    if (!line) return;
    line.state.textContent = say(key);
    line.element.classList.toggle('late', key !== 'kept' && key !== 'sending');
    if (key === 'refused') {
      line.button = '';
      refresh();
    }
  }

  /* The whole past at once, silently; what the person wrote while it loaded stays below it. */
  function begin(past) {
    const known = new Set(past.map(keyOf));
    const written = Array.from(lines.values()).filter((line) => !known.has(keyOf(line)));
    const states = written.map((line) => line.state.textContent);
    log.setAttribute('aria-busy', 'true');
    log.textContent = '';
    lines.clear();
    lastDay = '';
    past.concat(written).forEach(place);
    refresh();
    written.forEach((line, index) => { line.state.textContent = states[index]; });
    log.setAttribute('aria-busy', 'false');
    toEnd();
  }

  /* While a person speaks the bot does not answer, and the person may take their time. */
  function withPerson() {
    const last = Array.from(lines.values()).filter((line) => line.direction === 'out').pop();
    return Boolean(last) && last.asks === 'person';
  }

  function wait(asked) {
    const on = asked && !withPerson();
    clearTimeout(waitTimer);
    waiting.hidden = !on;
    if (on) waitTimer = setTimeout(wait, WAIT, false);
    if (pinned) toEnd();
  }

  /* Our own scrolling to the beginning of a tall message may end near the end; only the reader's counts. */
  ['touchstart', 'wheel', 'keydown'].forEach((kind) => {
    log.addEventListener(kind, () => { held = false; }, { passive: true });
  });
  log.addEventListener('scroll', () => {
    if (held) return;
    pinned = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (pinned) news.hidden = true;
  });
  /* The keyboard, a notice or a growing field makes the log smaller: the last words stay in sight. */
  const settle = () => { if (pinned) toEnd(); };
  if (window.ResizeObserver) new ResizeObserver(settle).observe(log);
  window.addEventListener('resize', settle);
  news.addEventListener('click', toEnd);

  app.say = say;
  app.view = { show, begin, setState, wait, toEnd };
})(window.lianzhu);
