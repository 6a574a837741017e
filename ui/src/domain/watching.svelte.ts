import { backend, problemOf } from '$backend';
import type { RunPatch } from '$generated/RunPatch';
import type { WatchSeries } from '$generated/WatchSeries';
import { SvelteMap } from 'svelte/reactivity';
import { probing } from './probing.svelte';
import type { OpenRun } from './open-run.svelte';
import { tell } from './session.svelte';

const keyOf = (run: string, item: string) => `${run}/${item}`;

/** What watches have seen, for the List's sparklines and the Inspector's chart; renewed with every look. */
class Watching {
  #series = new SvelteMap<string, WatchSeries | null>();
  #asked = new Set<string>();

  /** What was seen of an item; null where there is nothing, undefined while it is not read. */
  seen(run: string, item: string): WatchSeries | null | undefined {
    return this.#series.get(keyOf(run, item));
  }

  /** Reads what was seen, once; `renew` reads it again. */
  async want(run: string, item: string, renew = false) {
    const key = keyOf(run, item);
    if (this.#asked.has(key) && !renew) return;
    this.#asked.add(key);
    try {
      this.#series.set(key, await backend.watchSeries(run, item));
    } catch (thrown) {
      this.#asked.delete(key);
      tell(problemOf(thrown));
    }
  }

  /** Listens until the returned function is called. */
  listen(): () => void {
    return backend.events.watchLooked(({ run, item }) => {
      if (this.#asked.has(keyOf(run, item))) void this.want(run, item, true);
    });
  }

  /** Begins a watch, after what it would do was approved. */
  async start(run: OpenRun, item: string) {
    await probing.consider({
      run,
      verb: 'watch',
      anew: () => backend.probePlan(run.id, { which: 'items', items: [item] }),
      go: async (approve) => {
        await run.ask(backend.watchStart(run.id, item, '', approve));
        await this.want(run.id, item, true);
      },
    });
  }

  /** Begins a watch by a person. Answers whether it has begun. */
  async startByPerson(run: OpenRun, item: string, length: string, every: string): Promise<boolean> {
    return this.#said(run, item, backend.watchByPerson(run.id, item, length, every));
  }

  /** Notes how it looks to the person who watches. */
  async reading(run: OpenRun, item: string, good: boolean, words: string): Promise<boolean> {
    return this.#said(run, item, backend.watchReading(run.id, item, good, words));
  }

  /** Ends a person's watch with their word. */
  async finish(run: OpenRun, item: string, held: boolean, words: string): Promise<boolean> {
    return this.#said(run, item, backend.watchFinish(run.id, item, held, words));
  }

  async #said(run: OpenRun, item: string, told: Promise<RunPatch>): Promise<boolean> {
    const problem = await run.ask(told);
    await this.want(run.id, item, true);
    return problem === null;
  }

  async stop(run: OpenRun, item: string, reason: string) {
    await run.ask(backend.watchStop(run.id, item, reason));
    await this.want(run.id, item, true);
  }
}

export const watching = new Watching();
