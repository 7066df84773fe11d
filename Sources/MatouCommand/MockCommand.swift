import ArgumentParser
import Foundation
import HTTP
import MockWeChat

struct MockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock",
        abstract: "Runs the mock WeChat gateway alone, for integrators' own tests.")

    @Option(help: "The address to listen on. MATOU_HOST; 127.0.0.1 if left out.") var host: String?
    @Option(help: "The port to listen on. MATOU_PORT; 8090 if left out.") var port: Int?
    @Option(help: "The file that keeps its state over a restart. MATOU_STATE.") var state: String?
    @Option(help: "The seed of every id, token and nonce. MATOU_SEED; 1 if left out.") var seed:
        Int?
    @Option(help: "A JSON file with settings by their flags' names. MATOU_CONFIG.")
    var config: String?
    @Option(help: "The Resources folder. MATOU_RESOURCES.") var resources: String?

    func run() async throws {
        let settings = try Settings(file: config)
        let resources = try ResourcesFolder.find(settings, flag: resources)
        let seed = try settings.number("seed", flag: seed, in: 0...Int.max, otherwise: 1)
        let host = settings.text("host", flag: host) ?? "127.0.0.1"
        let port = try settings.number("port", flag: port, in: 0...65_535, otherwise: 8090)
        let gateway: MockGateway
        let address: String
        do {
            gateway = try MockGateway(
                .init(
                    seed: UInt64(seed), stateFile: settings.text("state", flag: state),
                    resources: resources + "/mock"))
            address = "\(try gateway.start(host: host, port: port))"
        } catch {
            throw CommandFailure.configuration(
                "the mock gateway cannot start: \(error) Give another --port.")
        }
        print("The mock WeChat gateway listens on http://\(address)")
        print("Its phone is at http://\(address)/ ; stop it with Ctrl-C.")
        // Buffered output would reach a log file minutes later.
        fflush(nil)
        await ShutdownSignal.wait()
        await gateway.stop()
    }
}
