// Times in whole steps.
import Testing

@testable import RepriseCore

@Suite struct StepClockTests {
  private func clock(
    dt: Double = 0.1, stimulusOn: Double = 800, stimulusOff: Double = 1000, duration: Double = 1000,
    interval: Double = 10, refractory: Double = 0.1, window: Double = 50
  ) -> StepClock {
    StepClock(
      timeStep: dt, stimulusOn: stimulusOn, stimulusOff: stimulusOff, trainDuration: duration,
      learningInterval: interval, refractoryPeriod: refractory, window: window)
  }

  @Test func defaults() {
    let clock = clock()
    #expect(clock.stimulusOnStep == 8000)
    #expect(clock.stimulusOffStep == 10_000)
    #expect(clock.lastStep == 20_000)
    #expect(clock.learningIntervalSteps == 100)
    #expect(clock.rowCount == 100)
    #expect(clock.step(ofRow: 1) == 10_100)
    #expect(clock.step(ofRow: 100) == clock.lastStep)
    #expect(clock.sampleSteps == 10)
    #expect(clock.windowSteps == 500)
    #expect(abs(clock.milliseconds(8000) - 800) < 1e-9)
  }

  @Test(arguments: [(0.3, 0.1, 3), (0.6, 0.2, 3), (0.7, 0.1, 7), (1.1, 0.1, 11), (2000, 0.1, 20_000), (1, 0.03, 33)])
  func nearestStep(milliseconds: Double, dt: Double, steps: Int) {
    #expect(StepClock.steps(for: milliseconds, timeStep: dt) == steps)
  }

  /// (i - j) dt > t_ref: strictly longer, also where the ratio in binary falls on either side of a whole number.
  @Test(arguments: [
    (0.1, 0.1, 2), (0.3, 0.1, 4), (0.29, 0.1, 3), (0.31, 0.1, 4), (0, 0.1, 1), (2, 0.1, 21), (0.1, 0.05, 3),
    (0.1, 0.03, 4), (0.09, 0.03, 4), (0.3, 0.03, 11), (0.1, 0.01, 11), (2, 0.03, 67), (0.7, 0.1, 8), (0.05, 0.1, 1),
    (1.1, 0.1, 12), (0.6, 0.2, 4), (5, 0.01, 501),
  ])
  func refractorySteps(period: Double, dt: Double, steps: Int) {
    #expect(clock(dt: dt, refractory: period).refractorySteps == steps)
  }

  @Test func wholeMultiples() {
    #expect(StepClock.isWhole(0.3, timeStep: 0.1))
    #expect(StepClock.isWhole(1e6 + 0.1, timeStep: 0.1))
    #expect(StepClock.isWhole(0, timeStep: 0.1))
    #expect(!StepClock.isWhole(0.35, timeStep: 0.1))
    #expect(!StepClock.isWhole(0.300001, timeStep: 0.1))
  }

  @Test func longStepsAreSampledEveryStep() {
    #expect(clock(dt: 2, interval: 10).sampleSteps == 1)
    #expect(clock(dt: 0.05).sampleSteps == 20)
  }

  @Test func rowsFitTheWindow() {
    #expect(clock(duration: 1000, interval: 0.1).rowCount == 10_000)
    #expect(clock(duration: 995, interval: 10).rowCount == 99)
    #expect(clock(duration: 5, interval: 10).rowCount == 0)
  }
}
