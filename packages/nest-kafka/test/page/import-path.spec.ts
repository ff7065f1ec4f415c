import { tellPage } from './story.js';

tellPage('import');
