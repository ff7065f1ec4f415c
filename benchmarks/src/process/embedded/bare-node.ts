/** What Node itself takes. */
process.send!(process.memoryUsage.rss() / 1e6);
