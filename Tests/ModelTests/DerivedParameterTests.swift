// Quantities that follow from the parameters, as the model's table gives them.
import RepriseModel
import Testing

@Suite struct DerivedParameterTests {
  @Test func defaultNetwork() {
    let parameters = Parameters()
    #expect(parameters.excitatoryCount == 2048)
    #expect(parameters.staticInDegree == 205)
    #expect(parameters.staticOutDegree == 410)
    #expect(parameters.plasticInputsPerClass == 29)
    #expect(parameters.plasticInputCount == 58)
    let root = 205.0.squareRoot()
    let unit = 2 * 10 / root
    #expect(abs(parameters.staticWeight(from: .excitatory, onto: .excitatory) - 0.15 * unit) < 1e-12)
    #expect(abs(parameters.staticWeight(from: .excitatory, onto: .inhibitory) - unit) < 1e-12)
    #expect(abs(parameters.staticWeight(from: .inhibitory, onto: .excitatory) + 0.75 * unit) < 1e-12)
    #expect(abs(parameters.staticWeight(from: .inhibitory, onto: .inhibitory) + unit) < 1e-12)
    #expect(abs(parameters.baselineCurrent(.excitatory) - 1.5 * 0.08 * root) < 1e-12)
    #expect(abs(parameters.baselineCurrent(.inhibitory) - 0.08 * root) < 1e-12)
    let plastic = 10 / 29.0.squareRoot()
    #expect(abs(parameters.plasticStartWeight(from: .excitatory, onto: .inhibitory) - plastic) < 1e-12)
    #expect(abs(parameters.plasticStartWeight(from: .inhibitory, onto: .excitatory) + plastic) < 1e-12)
    #expect(parameters.trialDuration == 2000)
  }

  @Test func oddNumbersHaveOneMoreInhibitoryNeuron() {
    var parameters = Parameters()
    parameters.network.neuronCount = 7
    #expect(parameters.excitatoryCount == 3)
    #expect(parameters.inhibitoryCount == 4)
    #expect(parameters.neuronClass(2) == .excitatory)
    #expect(parameters.neuronClass(3) == .inhibitory)
  }

  @Test func noStaticConnectionsMeansNoDrive() {
    var parameters = Parameters()
    parameters.staticSynapses.inDegree = 0
    #expect(parameters.baselineCurrent(.excitatory) == 0)
    #expect(parameters.staticWeight(from: .excitatory, onto: .inhibitory) == 0)
  }

  @Test func classesMayDiffer() {
    var parameters = Parameters()
    parameters.neuron.membraneTimeConstant = PerClass(excitatory: 20, inhibitory: 5)
    parameters.staticSynapses.inDegree = 100
    parameters.plastic.inputsPerClass = 16
    #expect(abs(parameters.staticWeight(from: .inhibitory, onto: .excitatory) + 0.75 * 4) < 1e-12)
    #expect(abs(parameters.staticWeight(from: .inhibitory, onto: .inhibitory) + 1) < 1e-12)
    #expect(abs(parameters.plasticStartWeight(from: .inhibitory, onto: .inhibitory) + 1.25) < 1e-12)
  }
}
