class LabeledValue:
    label_name: str
    value: str

class NetworkInferenceBundle:
    topic_id: int
    nonce: int
    combined_value: list[LabeledValue]

class Topic:
    id: int
    metadata: str
    loss_method: str
    epoch_length: int

class GetTopicResponse:
    topic: Topic
    def from_json(self, text: str, *, ignore_unknown_fields: bool) -> GetTopicResponse: ...

class GetLatestNetworkInferencesResponse:
    network_inferences: NetworkInferenceBundle
    inference_block_height: int
    def from_json(
        self, text: str, *, ignore_unknown_fields: bool
    ) -> GetLatestNetworkInferencesResponse: ...
