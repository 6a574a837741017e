/** The window's clock: ticks every ten seconds, so that countdowns and ages repaint together. */
class Clock {
  now = $state(Date.now());

  start(): () => void {
    const timer = setInterval(() => (this.now = Date.now()), 10_000);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
