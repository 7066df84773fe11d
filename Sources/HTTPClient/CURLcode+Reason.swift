import CCurl

extension CURLcode {
    /// - Parameter isSent: whether the request went out before. What fails to be made then is only
    ///   the connection for a retry; the failure proper was the loss of the first.
    func reason(isSent: Bool) -> TransportFailure.Reason {
        switch self {
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_FILESIZE_EXCEEDED: .answerTooLarge
        case _ where isSent: .connectionLost
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_URL_MALFORMAT,
            CURLE_UNSUPPORTED_PROTOCOL:
            .unreachable
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED:
            .insecure
        default: .connectionLost
        }
    }
}
