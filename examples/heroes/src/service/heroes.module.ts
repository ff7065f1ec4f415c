import { Module } from '@nestjs/common';
import { Chronicle } from './chronicle.js';
import { HeroesController } from './heroes.controller.js';

@Module({ controllers: [HeroesController], providers: [Chronicle] })
export class HeroesModule {}
