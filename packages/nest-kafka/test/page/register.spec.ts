import { tellPage } from './story.js';

tellPage('register');
