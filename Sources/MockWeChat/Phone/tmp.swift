import HTTP
extension MockGateway { var phoneRoutes: [Route] { [] } }
