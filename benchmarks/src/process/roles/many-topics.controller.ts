import { Controller, type Type } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { onEvent } from './on-event.js';

/** A controller that handles the events of so many topics: `<topic>.0`, `<topic>.1` … */
export function manyTopicsController(topic: string, count: number): Type {
  class ManyTopicsController {}
  for (let i = 0; i < count; i++) {
    const name = `on${i}`;
    const descriptor = { value: () => onEvent.handler(), configurable: true, enumerable: false, writable: true };
    Object.defineProperty(ManyTopicsController.prototype, name, descriptor);
    EventPattern(`${topic}.${i}`)(ManyTopicsController.prototype, name, descriptor);
  }
  Controller()(ManyTopicsController);
  return ManyTopicsController;
}
