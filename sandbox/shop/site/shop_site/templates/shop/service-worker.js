// Keeps the shop's pages in the browser: the way "{{ way }}", or taking leave when there is none.
const WAY = "{{ way }}";
const STORE = "pages";
const PAGES = /^\/(catalogue|search)\//;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(WAY ? takeOver() : takeLeave()));

self.addEventListener("fetch", (event) => {
    const {method, mode, url} = event.request;
    if (WAY && method === "GET" && mode === "navigate" && PAGES.test(new URL(url).pathname)) {
        event.respondWith(WAY === "cache_first" ? cacheFirst(event.request) : networkFirst(event.request));
    }
});

async function takeOver() {
    await self.clients.claim();
    // The page that registered the worker was loaded without it: it is kept as well.
    for (const client of await self.clients.matchAll({type: "window"})) {
        if (PAGES.test(new URL(client.url).pathname)) {
            await keep(client.url, await fetch(client.url));
        }
    }
}

async function takeLeave() {
    await caches.delete(STORE);
    await self.registration.unregister();
}

async function cacheFirst(request) {
    return (await kept(request)) || keep(request.url, await fetch(request));
}

async function networkFirst(request) {
    try {
        return await keep(request.url, await fetch(request));
    } catch (offline) {
        return (await kept(request)) || Response.error();
    }
}

async function kept(request) {
    return (await caches.open(STORE)).match(request.url, {ignoreVary: true});
}

async function keep(url, response) {
    if (response.ok && !response.redirected) {
        await (await caches.open(STORE)).put(url, response.clone());
    }
    return response;
}
