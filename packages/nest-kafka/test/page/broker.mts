/** Stands for the page's 'localhost:9092'. */
export const broker = process.env['PAGE_BROKER'] ?? '';
