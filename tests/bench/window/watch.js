// Waits for the next click and then for the frame that paints what the backend answered. `counts` is
// where the answer is read: an element that shows only what the backend said, never a guess made
// before it answered. Without one, the click itself changes the page.
const [counts] = arguments;
window.__click ??= new Promise((done) => {
  const painted = (clicked) =>
    requestAnimationFrame(() => {
      // A message sent while a frame is made is handled after that frame is painted.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done(performance.now() - clicked);
      channel.port2.postMessage(null);
    });
  document.addEventListener(
    'click',
    ({ timeStamp }) => {
      if (!counts) {
        document.body.append('clicked');
        painted(timeStamp);
        return;
      }
      const said = document.querySelector(counts);
      const before = said.getAttribute('aria-label');
      new MutationObserver((_, observer) => {
        if (said.getAttribute('aria-label') === before) return;
        observer.disconnect();
        painted(timeStamp);
      }).observe(said, { attributes: true });
    },
    { capture: true, once: true },
  );
});
