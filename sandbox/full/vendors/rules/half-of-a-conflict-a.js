// A release that keeps its events in an object under a name that others take for a list. Alone it harms nobody.
window.siteEvents = {visits: 1, last: location.pathname};
