import { Counter, Gauge, type Registry } from 'prom-client';

/**
 * The process by the names that Prometheus client libraries share. Not prom-client's default metrics: those keep a timer
 * of 10 ms for the event loop's lag, and some have names that `promtool check metrics` objects to.
 */
export function processMetrics(registers: Registry[]): void {
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time of user and system, in seconds.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('process_start_time_seconds', 'Start of the process, in seconds since 1970.', () => {
    return Math.round(performance.timeOrigin / 1000);
  });
  gauge('nodejs_heap_size_used_bytes', 'Used part of the heap.', () => process.memoryUsage().heapUsed);

  function gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }
}
