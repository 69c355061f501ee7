// Package emit is for fire-and-forget: values that are worth sending and not worth waiting for, such as metrics, log lines
// and audit events.
//
//	metrics := emit.New(send, emit.Options{}) // func send(ctx context.Context, batch []Point) error
//	metrics.Emit(Point{"requests", 1})        // never blocks; false says that it was dropped, and counted
//	...
//	err := metrics.Close(ctx)                 // delivers what was accepted, until ctx ends; the error says how many were lost
//
// An [Emitter] has one goroutine, which hands the values to a function of yours, the sink, in batches: when a batch is full, or
// when its oldest value has waited long enough. While the sink is slow, values wait in a buffer; when that is full, they are
// dropped and counted.
//
// Pick something else where
//
//   - each value is a task of its own, which may fail, be cancelled or run beside others: a group of package
//     [github.com/sharedfate/fate], with strategy [github.com/sharedfate/fate/shed] if overflow is to be dropped;
//   - the producer should wait rather than lose a value: [github.com/sharedfate/fate.Stream], or a channel;
//   - a value must survive the process: a queue on disk. What waits here is lost with the process.
package emit
