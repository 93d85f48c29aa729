import Testing

/// What holds for every API server, the stand-in and the real one alike.
enum Contract: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case aLeaseIsReadAsItWasWritten
    case aSecondCreationIsRefused
    case anUpdateOfAnOldVersionConflicts
    case anUpdateOfAnotherUIDConflicts
    case anUpdateKeepsWhatIsNotModelled
    case aDeletedLeaseStaysDeletedWhenTheUIDIsGiven
    case aPUTWithoutUIDBringsADeletedLeaseBack
    case anInvalidLeaseIsRefused
    case ofManyWritersOneWins
    case labelsAreSetAndRemoved
    case aPatchOfAnotherUIDConflicts
    case aDeletionOfAnotherUIDConflicts
    case aSelectorChoosesPods
    case aWatchTellsChangesInOrder
    case aWatchFollowsItsSelector
    case aWatchGoesOnWithoutAListAfterItsEnd
    case anEventIsShown
    case aWrongTokenIsRefused
    case aMissingObjectIsNil
    case aWatchFromNonsenseIsRefused
    case jsonPatchAndDryRun
    case anUnchangedUpdateKeepsTheVersion

    var testDescription: String { rawValue }

    func check(_ api: ContractAPI) async throws {
        switch self {
        case .aLeaseIsReadAsItWasWritten: try await api.leaseIsRead()
        case .aSecondCreationIsRefused: try await api.secondCreation()
        case .anUpdateOfAnOldVersionConflicts: try await api.oldVersion()
        case .anUpdateOfAnotherUIDConflicts: try await api.otherUID()
        case .anUpdateKeepsWhatIsNotModelled: try await api.keepsTheRest()
        case .aDeletedLeaseStaysDeletedWhenTheUIDIsGiven: try await api.deletedStaysDeleted()
        case .aPUTWithoutUIDBringsADeletedLeaseBack: try await api.deletedComesBack()
        case .anInvalidLeaseIsRefused: try await api.invalidLease()
        case .ofManyWritersOneWins: try await api.oneWinner()
        case .labelsAreSetAndRemoved: try await api.labels()
        case .aPatchOfAnotherUIDConflicts: try await api.patchOfAnother()
        case .aDeletionOfAnotherUIDConflicts: try await api.deletionOfAnother()
        case .aSelectorChoosesPods: try await api.selector()
        case .aWatchTellsChangesInOrder: try await api.watchOrder()
        case .aWatchFollowsItsSelector: try await api.watchSelector()
        case .aWatchGoesOnWithoutAListAfterItsEnd: try await api.watchResumes()
        case .anEventIsShown: try await api.event()
        case .aWrongTokenIsRefused: try await api.wrongToken()
        case .aMissingObjectIsNil: try await api.missing()
        case .aWatchFromNonsenseIsRefused: try await api.nonsenseVersion()
        case .jsonPatchAndDryRun: try await api.jsonPatch()
        case .anUnchangedUpdateKeepsTheVersion: try await api.unchanged()
        }
    }
}
