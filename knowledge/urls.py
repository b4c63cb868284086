from django.urls import path

from knowledge.views import browsing, experience, list_exports, list_items, lists, suggestions, topics
from knowledge.views.resource import resource

urlpatterns = [
    path("suggest/", suggestions.suggest, name="suggest"),
    path("me/suggestions/", suggestions.mine, name="suggestion_mine"),
    path("suggestions/<id:pk>/", suggestions.suggestion, name="suggestion"),
    path("suggestions/<id:pk>/change/", suggestions.change, name="suggestion_change"),
    path("suggestions/<id:pk>/take-back/", suggestions.take_back, name="suggestion_take_back"),
    path("suggestions/<id:pk>/<slug:verb>/", suggestions.decide, name="suggestion_decide"),
    path("me/experience/", experience.mine, name="my_experience"),
    path("experience/<id:pk>/", experience.contribution, name="experience"),
    path("experience/<id:pk>/withdraw/", experience.withdraw, name="withdraw_experience"),
    path("resources/<id:pk>/experience/", experience.of_page, name="resource_experience"),
    path("resources/<id:pk>/experience/new/", experience.write, name="add_experience"),
    path("resources/<id:pk>/experience/<id:experience_pk>/", experience.write, name="change_experience"),
    # Wagtail's own name and shape of an address, for the part of its tree that is read most.
    path("library/<path:path>/", resource),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:slug>/", topics.topic, name="topic"),
    path("topics/<slug:slug>/compose/", topics.compose, name="topic_compose"),
    path("compare/", browsing.compare, name="compare"),
    path("evidence-map/", browsing.evidence_map, name="evidence_map"),
    path("collections/", lists.collections, name="collections"),
    path("me/lists/", lists.mine, name="my_lists"),
    path("lists/new/", lists.make, name="list_make"),
    path("lists/save/", list_items.save, name="save_to_list"),
    path("lists/follow/", lists.follow, name="list_follow"),
    path("lists/item/<id:pk>/move/", list_items.move, name="list_item_move"),
    path("lists/item/<id:pk>/note/", list_items.note, name="list_item_note"),
    path("lists/item/<id:pk>/take-out/", list_items.take_out, name="list_item_take_out"),
    path("lists/shared/<str:token>/", lists.shared, name="shared_list"),
    path("lists/shared/<str:token>/export/<slug:form>/", list_exports.export, name="shared_list_export"),
    path("lists/<id:pk>/export/<slug:form>/", list_exports.export, name="reading_list_export"),
    path("lists/<id:pk>/", lists.show, name="reading_list"),
    path("lists/<id:pk>/change/", lists.change, name="list_change"),
    path("lists/<id:pk>/delete/", lists.delete, name="list_delete"),
    path("lists/<id:pk>/new-link/", lists.renew_link, name="list_renew"),
]
