// Memory bandwidth: the yardstick of everything that streams P.
internal import RepriseBackends

extension Bench {
  /// Bytes of the probe's array: so many times the last-level cache that little of it is left from the pass before.
  func probeBytes() -> Int {
    if options.isQuick { return 1 << 22 }
    return min(2 << 30, max(512 << 20, 4 * (machine.lastLevelCacheBytes ?? 0)))
  }

  /// Each access with one thread and with all, in turn.
  func measureBandwidth() -> [BenchBandwidth] {
    let counts = threads == 1 ? [1] : [1, threads]
    let probe = BandwidthProbe(byteCount: probeBytes(), threads: counts)
    var found: [Int: [BandwidthProbe.Access: [Double]]] = [:]
    for round in 0...options.kernelRepeats {
      for threads in counts {
        for access in BandwidthProbe.Access.allCases {
          let value = probe.run(access, threads: threads)
          // The first round wakes threads and memory.
          if round > 0 { found[threads, default: [:]][access, default: []].append(value) }
        }
      }
    }
    return counts.map { threads in
      BenchBandwidth(
        threads: threads, arrayBytes: probe.byteCount,
        readGbPerSecond: BenchSpread(found[threads]![.read]!),
        copyGbPerSecond: BenchSpread(found[threads]![.copy]!),
        readModifyWriteGbPerSecond: BenchSpread(found[threads]![.readModifyWrite]!))
    }
  }
}
