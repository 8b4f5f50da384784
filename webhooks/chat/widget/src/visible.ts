// What only counts while somebody looks: a hidden tab must not take it from the one that is read.

/** Resolves as soon as the page can be seen: now, or when its tab comes to the front. */
export function visible(): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    look();
  });
}
