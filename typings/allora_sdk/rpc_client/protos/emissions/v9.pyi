class ValueBundle:
    topic_id: int
    combined_value: str

class GetLatestNetworkInferencesResponse:
    network_inferences: ValueBundle
    inference_block_height: int
    def from_json(
        self, text: str, *, ignore_unknown_fields: bool
    ) -> GetLatestNetworkInferencesResponse: ...

class EventNetworkInferences:
    topic_id: int
    block_height: int
    value_bundle: str
